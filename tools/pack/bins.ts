import { join } from 'node:path';
import { run } from '../process/run.ts';
import type { Manifest } from '../repository/projects.ts';
import { asUser, type Consumer } from './consumer.ts';

/** Every command of the installed package explains itself, and refuses with exit code 2 what it does not know. */
export async function binProblems(consumer: Consumer, node: string, manifest: Manifest): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    const program = join(consumer.installed, file);
    const help = await run(node, [program, '--help'], asUser(consumer.folder));
    if (help.code !== 0 || help.stdout.trim() === '') {
      problems.push(`${name} --help ends with code ${help.code}:\n${help.output.trim()}`);
    }
    const wrong = await run(node, [program, '--no-such-flag'], asUser(consumer.folder));
    if (wrong.code !== 2 || wrong.stdout !== '') {
      problems.push(`${name} --no-such-flag ends with code ${wrong.code}, and should with 2:\n${wrong.output.trim()}`);
    }
  }
  return problems;
}
