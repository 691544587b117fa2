import { loadPacks, type PackedRule, type RulePackPlugin } from '../engine/packs.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadSpeaker, type Speaker } from '../i18n/rules/in-language.ts';
import type { Io } from '../io.ts';
import type { Paint, Style } from '../reporters/reporter.ts';
import { plural, printable } from '../reporters/text.ts';
import { categories } from '../report/score.ts';
import type { Severity } from '../rules/contract.ts';

/** The flags of `seaworthy rules`. */
export interface RulesFlags {
  readonly format: 'pretty' | 'json';
}

/** Lists all rules, by category and id. */
export async function rules(
  { format }: RulesFlags,
  _target: undefined,
  io: Io,
  packs?: readonly RulePackPlugin[],
): Promise<number> {
  const loaded = await loadPacks(packs ?? (await import('../rules/packs.ts')).packs);
  try {
    io.stdout.write(
      format === 'json' ? toJson(loaded.rules) : toText(loaded.rules, io.paint, await loadSpeaker(io.locale)),
    );
    return exitCodes.clean;
  } finally {
    await loaded[Symbol.asyncDispose]();
  }
}

function toJson(list: readonly PackedRule[]): string {
  const rows = list.map(({ pack, rule: { id, title, category, severity, version, why, fix, flag } }) => ({
    id,
    title,
    category,
    severity,
    version,
    pack,
    why,
    fix,
    ...(flag !== undefined && { flag }),
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

const colours: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

function toText(list: readonly PackedRule[], paint: Paint, speaker: Speaker): string {
  const blocks = categories.flatMap((category) => {
    const members = list.filter(({ rule }) => rule.category === category);
    const rows = members.map(({ rule }) => {
      const { id, severity, flag } = rule;
      const note = flag === undefined ? '' : paint('dim', `  experimental: ${printable(flag)}`);
      return `  ${id}  ${paint(colours[severity], severity.padEnd(7))}  ${printable(speaker.title(rule))}${note}`;
    });
    return rows.length === 0 ? [] : [[paint('bold', category), ...rows].join('\n')];
  });
  return `${[...blocks, `${plural(list.length, 'rule')}. seaworthy explain <id> says more.`].join('\n\n')}\n`;
}
