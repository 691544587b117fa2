import { loadPacks, type PackedRule, type RulePackPlugin } from '../engine/packs.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import { loadSpeaker, type Speaker } from '../i18n/rules/in-language.ts';
import type { Io } from '../io.ts';
import type { Paint, Style } from '../reporters/reporter.ts';
import { printable } from '../reporters/text.ts';
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
      format === 'json'
        ? toJson(loaded.rules)
        : toText(loaded.rules, io.paint, await loadSpeaker(io.locale), await loadMessages(io.locale)),
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

function toText(list: readonly PackedRule[], paint: Paint, speaker: Speaker, messages: Messages): string {
  const { severities, ruleList } = messages;
  const width = Math.max(...Object.values(severities).map((word) => word.length));
  const blocks = categories.flatMap((category) => {
    const members = list.filter(({ rule }) => rule.category === category);
    const rows = members.map(({ rule }) => {
      const { id, severity, flag } = rule;
      const note = flag === undefined ? '' : paint('dim', `  ${ruleList.experimental}: ${printable(flag)}`);
      return `  ${id}  ${paint(colours[severity], severities[severity].padEnd(width))}  ${printable(speaker.title(rule))}${note}`;
    });
    return rows.length === 0 ? [] : [[paint('bold', messages.categories[category]), ...rows].join('\n')];
  });
  return `${[...blocks, ruleList.total(list.length)].join('\n\n')}\n`;
}
