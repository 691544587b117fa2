import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { defineSettings } from '../src/config/settings.ts';
import { run } from '../src/run.ts';
import { formats } from '../src/reporters/formats.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The first fenced block in that language. */
function block(language: string): string {
  const [, text = ''] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(readme) ?? [];
  return text;
}

test('the README shows what the command prints', async () => {
  const io = fakeIo({ cwd: writeProject({ 'server.js': block('js') }) });
  expect(await run(['audit'], io)).toBe(1);
  expect(io.out()).toContain(block('text'));
});

test('the config file of the README is valid', async () => {
  const cwd = writeProject({ 'seaworthy.config.json': block('json'), 'a.ts': 'fine();' });
  const io = fakeIo({ cwd });
  expect([await run(['audit', '--fail-on', 'never'], io), io.err()]).toEqual([0, '']);
});

test('the README names every format and every setting', async () => {
  const config = await defineSettings().load([]);
  for (const { key } of config.describe()) expect(readme).toContain(`\`${key}\``);
  for (const format of formats) expect(readme).toContain(`\`${format}\``.replace('`pretty`', '`--format pretty`'));
});

test('every error says what happened and what to do', () => {
  for (const { meta } of Object.values(CliErrors)) {
    expect(meta.message).toMatch(/[.!?}] \S.*\.$/);
    expect([2, 3, 130]).toContain(meta.exitCode);
  }
});
