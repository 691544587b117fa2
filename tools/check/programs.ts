import { runProgram, type Program } from '../process/program.ts';
import type { RunResult } from '../process/run.ts';
import type { Problem } from './problem.ts';

/** Runs programs that report by themselves; what those that fail have said is the problem. */
export async function problemsOf(
  ...commands: readonly (readonly [program: Program, ...args: readonly string[]])[]
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [program, ...args] of commands) {
    const result = await runProgram(program, args);
    if (result.code !== 0) problems.push({ where: [program, ...args].join(' '), message: said(result) });
  }
  return problems;
}

function said({ code, output }: RunResult): string {
  const text = output.trim();
  return text === '' ? `exit code ${code}` : `\n${text}`;
}
