import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Problem } from '../check/problem.ts';
import { lineOf } from '../check/problem.ts';
import { proseOf } from './blocks.ts';

/** Relative links and images that lead to no file, or to no heading of it. Addresses elsewhere are not opened. */
export function linkProblems(root: string, documents: readonly string[]): readonly Problem[] {
  return documents.flatMap((file) => {
    const prose = proseOf(readFileSync(join(root, file), 'utf8'));
    return linksOf(prose).flatMap(({ target, offset }) => {
      const message = whyBroken(root, file, target);
      return message === undefined ? [] : [{ where: `${file}:${lineOf(prose, offset)}`, message }];
    });
  });
}

interface Link {
  readonly target: string;
  readonly offset: number;
}

function linksOf(prose: string): readonly Link[] {
  const inline = prose.matchAll(/\]\(\s*<?(?<target>[^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const defined = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(?<target>[^\s>]+)/gm);
  return [...inline, ...defined].map(({ groups, index }) => ({ target: groups?.['target'] ?? '', offset: index }));
}

function whyBroken(root: string, file: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const full = path === '' ? join(root, file) : normalize(join(root, dirname(file), decodeURIComponent(path)));
  if (!full.startsWith(normalize(root))) return `the link "${target}" leaves the repository`;
  if (!existsSync(full)) return `the link "${target}" leads to no file`;
  if (anchor === undefined || !full.endsWith('.md') || statSync(full).isDirectory()) return undefined;
  return headingsOf(readFileSync(full, 'utf8')).has(anchor) ? undefined : `the link "${target}" leads to no heading`;
}

/** The anchors that the headings of a document get on GitHub. */
export function headingsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const lines = markdown.split(/\r?\n/);
  const prose = proseOf(markdown).split('\n');
  lines.forEach((line, index) => {
    const title = /^ {0,3}#{1,6}\s/.test(prose[index] ?? '')
      ? line.replace(/^\s*#+\s+/, '').replace(/\s+#+\s*$/, '')
      : undefined;
    if (title === undefined) return;
    const base = anchorOf(title);
    let anchor = base;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${base}-${n}`;
    anchors.add(anchor);
  });
  for (const [, id = ''] of markdown.matchAll(/<a (?:name|id)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

function anchorOf(title: string): string {
  const text = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return text
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
