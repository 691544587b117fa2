import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../check/problem.ts';
import { mapLimited } from '../process/limit.ts';
import { plainEnvironment } from '../process/program.ts';
import { run } from '../process/run.ts';
import { withAssertions } from './assertions.ts';
import { snippetsOf } from './snippets.ts';

const runner = join(import.meta.dirname, 'module.ts');

/** Runs the `ts` blocks of the documents, two at a time. */
export async function exampleProblems(root: string, documents: readonly string[]): Promise<readonly Problem[]> {
  const read = documents.map((file) => ({ file, ...snippetsOf(readFileSync(join(root, file), 'utf8')) }));
  const spelled = read.flatMap(({ file, problems }) =>
    problems.map(({ line, message }) => ({ where: `${file}:${line}`, message })),
  );
  const runs = read.flatMap(({ file, runs }) => runs.map((snippet) => ({ file, ...snippet })));
  const ran = await mapLimited(runs, 2, ({ file, line, code }) => runSnippet(root, file, line, code));
  return [...spelled, ...ran.flat()];
}

/** Runs one block in an empty working folder, so that what it writes is gone afterwards. */
async function runSnippet(root: string, file: string, line: number, code: string): Promise<readonly Problem[]> {
  const where = `${file}:${line}`;
  const url = `${pathToFileURL(join(root, file)).href}?block=${line}`;
  const cwd = await mkdtemp(join(tmpdir(), 'seaworthy-docs-'));
  try {
    const input = JSON.stringify({ url, ...withAssertions(code) });
    const flags = ['--conditions=@seaworthy/source', '--disable-warning=ExperimentalWarning'];
    const {
      code: exitCode,
      stderr,
      output,
    } = await run(process.execPath, [...flags, runner], { cwd, input, env: plainEnvironment(), timeoutMs: 30_000 });
    return exitCode === 0 ? [] : [{ where, message: `\n${stderr.trim() || output.trim()}` }];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ where, message: error.message }];
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
