import { runProgram, toolEnvironment } from '../process/program.ts';
import type { Problem } from './problem.ts';

/** Runs cached Nx targets of the named projects, or of every project that has them; what the failing ones said is the problem. */
export async function problemsOfTargets(
  targets: readonly string[],
  projects: readonly string[] = [],
): Promise<Problem[]> {
  const chosen = projects.length > 0 ? [`--projects=${projects.map((id) => `@seaworthy/${id}`).join(',')}`] : [];
  const args = ['run-many', `--targets=${targets.join(',')}`, '--parallel=2', '--output-style=static'];
  // Nx asks its tasks for colours whatever we say; this is the one word it listens to.
  const env = { ...toolEnvironment(), NO_COLOR: undefined, FORCE_COLOR: '0' };
  const { code, output } = await runProgram('nx', [...args, '--exclude=@seaworthy/source', ...chosen], { env });
  return code === 0 ? [] : [{ where: `nx run-many -t ${targets.join(' ')}`, message: `\n${withoutFrame(output)}` }];
}

/** What the targets themselves have said. */
function withoutFrame(output: string): string {
  const frame = /^\s*(NX |> |- @|Warning: command|Failed tasks:|Run duration:|Cache:|Critical path:|Recoverable time:)/;
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !frame.test(line));
  return lines.length > 0 ? lines.join('\n') : output.trim();
}
