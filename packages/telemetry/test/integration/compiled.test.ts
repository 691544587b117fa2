import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const program = `
import { defineMetrics } from '@seaworthy/telemetry';
import { readMetrics } from '@seaworthy/telemetry/testing';
const metrics = defineMetrics({ name: 'c' }, { 'c.c': { type: 'counter', unit: '1', description: 'C.', attributes: { 'a"]; throw 1; ["': 'string', b: 'number?' } } });
const reader = readMetrics();
for (let index = 0; index < 1000; index += 1) metrics['c.c'].add(index % 2, { 'a"]; throw 1; ["': 'x' + index % 3, b: index % 5 });
metrics['c.c'].add(Number.NaN, { 'a"]; throw 1; ["': 'x' });
console.log(JSON.stringify(reader.read('c.c')));
`;

test('a Node that compiles no texts counts the same', () => {
  const run = (...flags: readonly string[]): string => {
    const args = [...flags, '--conditions=@seaworthy/source', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout;
  };
  const usual = run();
  expect(JSON.parse(usual)).toHaveLength(15);
  expect(run('--disallow-code-generation-from-strings')).toBe(usual);
});
