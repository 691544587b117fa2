import type { Reporter } from './reporter.ts';
import { printable } from './text.ts';

/** One line for each finding and each problem, to be searched and counted. */
export const compact: Reporter = ({ findings, problems }, { prefix = '' }) => {
  const lines = [
    ...findings.map(
      ({ file, line, column, severity, rule, message }) =>
        `${place(prefix + file, line, column)}: ${severity} ${rule} ${printable(message)}`,
    ),
    ...problems.map(
      ({ file, line, column, kind, message }) =>
        `${place(prefix + (file ?? '.'), line, column)}: ${kind} ${printable(message)}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
};

function place(file: string, line: number | undefined, column: number | undefined): string {
  return printable([file, line, column].filter((part) => part !== undefined).join(':'));
}
