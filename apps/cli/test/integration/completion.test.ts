import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { run } from '../../src/run.ts';
import { fakeIo } from '../support/io.ts';
import { writeProject } from '../support/project.ts';

async function propose(...words: readonly string[]): Promise<readonly string[]> {
  const io = fakeIo({ cwd: '/' });
  expect(await run(['completion', 'propose', '--', ...words], io)).toBe(0);
  return io.out().split('\n').slice(0, -1);
}

test('commands, flags and the values of flags are proposed', async () => {
  expect(await propose('au')).toEqual(['audit']);
  expect(await propose('report', '')).toEqual(['push', 'show', 'diff']);
  expect(await propose('audit', '--fail')).toEqual(['--fail-on']);
  expect(await propose('audit', '--format', 'j')).toEqual(['json', 'junit']);
  expect(await propose('audit', '--fail-on', '')).toEqual(['error', 'warning', 'info', 'never']);
  expect(await propose('nothing', '')).toEqual([]);
});

/** A directory with a `seaworthy` that runs from source, and the script of a shell. */
async function prepare(shell: string): Promise<{ readonly cwd: string; readonly env: NodeJS.ProcessEnv }> {
  const cwd = writeProject({});
  const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=@seaworthy/source '${program}' "$@"\n`;
  writeFileSync(join(cwd, 'seaworthy'), command);
  chmodSync(join(cwd, 'seaworthy'), 0o755);
  const io = fakeIo({ cwd });
  expect(await run(['completion', shell], io)).toBe(0);
  writeFileSync(join(cwd, `script.${shell}`), io.out());
  return { cwd, env: { ...process.env, PATH: `${cwd}${delimiter}${process.env['PATH']}`, NODE_NO_WARNINGS: '1' } };
}

/** How each shell is asked what it would offer after these words. */
const asks: Readonly<Record<string, readonly string[]>> = {
  bash: [
    '--norc',
    '-c',
    'source script.bash; COMP_WORDS=(seaworthy audit --format j); COMP_CWORD=3; _seaworthy; printf "%s\\n" "${COMPREPLY[@]}"',
  ],
  fish: ['--no-config', '-c', 'source script.fish; complete -C "seaworthy audit --format j"'],
};

for (const [shell, args] of Object.entries(asks)) {
  test(`${shell} offers what the command proposes`, async (context) => {
    if (spawnSync(shell, ['--version']).status !== 0) context.skip(`${shell} is not installed here`);
    const { cwd, env } = await prepare(shell);
    const { stdout } = await promisify(execFile)(shell, args, { cwd, env });
    expect(stdout.trim().split('\n').toSorted()).toEqual(['json', 'junit']);
  });
}

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`${shell} finds no fault in its script`, async (context) => {
    if (spawnSync(shell, ['--version']).status !== 0) context.skip(`${shell} is not installed here`);
    const { cwd, env } = await prepare(shell);
    const { stderr } = await promisify(execFile)(shell, ['-n', `script.${shell}`], { cwd, env });
    expect(stderr).toBe('');
  });
}
