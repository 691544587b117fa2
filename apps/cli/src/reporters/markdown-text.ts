import type { Finding } from '../report/report.ts';
import { printable } from './text.ts';

/** A finding as an item of a list. @param severity What its severity is called */
export function markdownItem(finding: Finding, severity: string, prefix = ''): string {
  const { rule, title, file, line, message, fix } = finding;
  const place = [prefix + file, line].filter((part) => part !== undefined).join(':');
  return `- **${severity}** ${rule} ${escapeMarkdown(title)} · ${markdownCode(place)}: ${escapeMarkdown(message)} ${escapeMarkdown(fix)}`;
}

/** A path or a name in backticks, which cannot end them. */
export function markdownCode(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}

/** Not seen, and nothing that is read over it is a name or a number. */
const nothing = '&#8203;';

/**
 * Text of the audited project must not become markup. Nor does it call anybody or point to an issue where it is shown: `@name`, `#12`, `!12`
 * and `GH-12` are found in what has been made of the markup, where a backslash is gone, and so is how a character was written.
 */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_[\]<>|#]|&(?=[#a-z\d])/gi, String.raw`\$&`)
    .replaceAll(/@|[!#](?=\d)|\bGH-(?=\d)/gi, `$&${nothing}`);
}
