import { existsSync, globSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../process/run.ts';
import { asUser, type Consumer } from './consumer.ts';

/** Puts the examples of the package into the user's project. Answers with their file names. */
export async function copyExamples(consumer: Consumer, project: string): Promise<readonly string[]> {
  const from = join(project, 'examples');
  if (!existsSync(from)) return [];
  await cp(from, join(consumer.folder, 'examples'), { recursive: true });
  return globSync('*.ts', { cwd: from }).toSorted();
}

/** Runs an example with the installed package: it prints exactly the text beside it. */
export async function exampleProblems(consumer: Consumer, node: string, file: string): Promise<readonly string[]> {
  const folder = join(consumer.folder, 'examples');
  const text = join(folder, `${basename(file, '.ts')}.txt`);
  if (!existsSync(text)) return [`examples/${file} has no ${basename(text)} beside it that says what it prints`];
  const { code, stdout, output } = await run(node, [file], asUser(folder));
  if (code !== 0) return [`examples/${file} ends with code ${code}:\n${output.trim()}`];
  const expected = lines(await readFile(text, 'utf8'));
  const printed = lines(stdout);
  const at = printed.findIndex((line, index) => line !== expected[index]);
  if (at === -1 && printed.length === expected.length) return [];
  const line = at === -1 ? printed.length : at;
  return [
    `examples/${file} prints ${quoted(printed[line])} on line ${line + 1}, and should print ${quoted(expected[line])}`,
  ];
}

function lines(text: string): readonly string[] {
  return text.trimEnd().split(/\r?\n/);
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line);
}
