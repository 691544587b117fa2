import { readFile } from 'node:fs/promises';
import { RequestType, type Hover, type Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Client } from './client.ts';
import type { Language } from './language.ts';
import type { FileNotes } from './look.ts';
import { meet } from './actions.ts';
import { createPlacer, rangeOf } from './places.ts';

/** Asks for the explanation of a rule, in Markdown; null for a rule that is not there. */
export const explainRequest: RequestType<{ readonly rule: string }, string | null, void> = new RequestType(
  'seaworthy/explain',
);

/** Reads the explanation of a rule; undefined when there is none. */
export async function readExplanation(
  rule: string,
  explanations: Readonly<Record<string, string>>,
  { speaker }: Language,
): Promise<string | undefined> {
  const href = Object.hasOwn(explanations, rule) ? explanations[rule] : undefined;
  if (href === undefined) return undefined;
  const page = await readFile(new URL(href), 'utf8').catch(() => undefined);
  return page === undefined ? undefined : speaker.page(rule, page);
}

const mostAtOnce = 3;

export interface Explaining {
  readonly client: Client;
  readonly explanations: Readonly<Record<string, string>>;
  readonly language: Language;
}

/** What stands at a position, explained. */
export async function hover(
  position: Position,
  document: TextDocument,
  { findings }: FileNotes,
  { client, explanations, language }: Explaining,
): Promise<Hover | null> {
  const placer = createPlacer(document);
  const caret = { start: position, end: position };
  const here = findings.filter(({ line }) => line !== undefined).filter((each) => meet(rangeOf(each, placer), caret));
  const [first] = here;
  if (first === undefined) return null;
  const byRule = new Map(here.map((finding) => [finding.rule, finding]));
  const pages = await Promise.all(
    Array.from(byRule.values())
      .slice(0, mostAtOnce)
      .map(async (finding) => {
        const { rule, title, message, why, fix } = language.speaker.finding(finding);
        const page = await readExplanation(rule, explanations, language);
        return page ?? `# ${rule} ${title}\n\n${message} ${why}\n\n${fix}\n`;
      }),
  );
  const kind = client.readsMarkdown ? 'markdown' : 'plaintext';
  return { contents: { kind, value: pages.join('\n---\n\n') }, range: rangeOf(first, placer) };
}
