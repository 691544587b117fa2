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

/** Text of the audited project must not become markup. */
export function escapeMarkdown(text: string): string {
  return printable(text).replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}
