/** One thing that is wrong, and where. */
export interface Problem {
  /** A file, with `:line` when it is known, or the name of what was looked at. */
  readonly where: string;
  /** What is wrong, with the value, then what to do. */
  readonly message: string;
}

/** Ends a net: says nothing when nothing is wrong, otherwise each problem on a line of its own and exit code 1. */
export function report(problems: readonly Problem[]): void {
  for (const { where, message } of problems) console.error(`${where}: ${message}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
