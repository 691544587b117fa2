import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { explain as explainCode } from '@seaworthy/errors';
import { loadCatalogues } from '../catalogues.ts';
import { loadPacks, type RulePackPlugin } from '../engine/packs.ts';
import { suppressionRule } from '../engine/suppressions/rule.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import { loadParts } from '../i18n/parts.ts';
import { loadSpeaker } from '../i18n/rules/in-language.ts';
import type { Io } from '../io.ts';
import type { Rule } from '../rules/contract.ts';
import { closest } from '../suggest.ts';

/** Explains a rule or an error code. @throws UNKNOWN_ID, with what was probably meant */
export async function explain(_flags: object, id: string, io: Io, packs?: readonly RulePackPlugin[]): Promise<number> {
  const rules = await readRules(packs);
  const rule = rules.find((each) => each.id.toLowerCase() === id.toLowerCase());
  io.stdout.write(rule === undefined ? await explainError(id, rules, io) : await explainRule(rule, io));
  return exitCodes.clean;
}

async function readRules(packs?: readonly RulePackPlugin[]): Promise<readonly Rule[]> {
  const loaded = await loadPacks(packs ?? (await import('../rules/packs.ts')).packs);
  await loaded[Symbol.asyncDispose]();
  return [suppressionRule, ...loaded.rules.map(({ rule }) => rule)];
}

async function explainRule(rule: Rule, { locale }: Io): Promise<string> {
  return (await loadSpeaker(locale)).page(rule.id, await readExplanation(rule));
}

async function readExplanation(rule: Rule): Promise<string> {
  try {
    const text = await readFile(rule.explain, 'utf8');
    return text.endsWith('\n') ? text : `${text}\n`;
  } catch (error) {
    const path = rule.explain.protocol === 'file:' ? fileURLToPath(rule.explain) : rule.explain.href;
    throw new CliErrors.EXPLANATION_MISSING({ rule: rule.id, path }, { cause: error });
  }
}

async function explainError(id: string, rules: readonly Rule[], { locale }: Io): Promise<string> {
  const catalogues = await loadCatalogues();
  const codes = catalogues.flatMap((catalogue) => Object.values(catalogue).map(({ code }) => code));
  const code = codes.find((each) => each.toLowerCase() === id.toLowerCase());
  if (code !== undefined) return `${explainCode(code, catalogues)}\n`;
  const owner = ownerElsewhere(id);
  if (owner !== undefined) {
    const [{ belongsTo }, say] = await Promise.all([loadMessages(locale), loadParts(locale)]);
    return `${belongsTo(id, say(owner))}\n`;
  }
  throw new CliErrors.UNKNOWN_ID({ id: JSON.stringify(id), suggestion: suggestionFor(id, rules, codes) });
}

/** Who declares a code that is not part of the command line, told by its namespace alone. */
function ownerElsewhere(id: string): string | undefined {
  const [, namespace = ''] = /^seaworthy\.([\w-]+)\.\w+$/.exec(id.toLowerCase()) ?? [];
  return elsewhere.get(namespace);
}

const elsewhere: ReadonlyMap<string, string> = new Map([
  ['management', '@seaworthy/management'],
  ['server', 'the server, @seaworthy/server'],
]);

/** By a word of the title, for those who know the matter but not the number; else by the nearest spelling. */
function suggestionFor(id: string, rules: readonly Rule[], codes: readonly string[]): string {
  const named = rules.find(({ title }) => id.length > 2 && title.toLowerCase().includes(id.toLowerCase()));
  if (named !== undefined) return ` Did you mean ${named.id} (${named.title})?`;
  const near = closest(id, [...rules.map((rule) => rule.id), ...codes]);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}
