// `seaworthy config`, as a service would use it: the real command, with a module that imports the real package.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seaworthy } from '../support/bin.ts';
import { writeProject, type Files } from '../support/project.ts';

const definition = `
import { defineConfig, int, oneOf, port, secret, standard, string, url } from '@seaworthy/config';
const anything = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: [10n, () => value] }) } };
const definition = defineConfig(
  {
    server: { port: port().default(8080).describe('Where it listens.') },
    db: { url: secret(url()), token: secret(string({ minLength: 30 })).optional(), pool: int().optional().reloadable() },
    level: oneOf(['info', 'debug']).default('info'),
    odd: standard(anything).default(1),
  },
  { require: { production: ['level'] } },
);
`;
const exported = `${definition}
import { file } from '@seaworthy/config';
export default definition;
export const sources = [file('base.json')];`;
const files: Files = {
  'package.json': '{ "type": "module" }',
  'base.json': '{ "server": { "port": 80 },\n  "db": { "url": "postgres://app:hunter2@db/app" } }',
  'more.json': '{ "db": { "pool": 5 } }',
  'config.ts': exported,
};

function writeService(more: Files = {}): string {
  const cwd = writeProject({ ...files, ...more });
  mkdirSync(join(cwd, 'node_modules/@seaworthy'), { recursive: true });
  const packageDir = fileURLToPath(new URL('../../../../packages/config', import.meta.url));
  symlinkSync(packageDir, join(cwd, 'node_modules/@seaworthy/config'), 'dir');
  return cwd;
}

// Where tests run it would be "test".
const NODE_ENV = 'development';
const variables = { NODE_ENV, APP_SERVER_PORT: '9000' };
const flags = ['--file', 'more.json', '--prefix', 'APP'];

test('show prints every value, where it came from and what it overrides, and no secret', async () => {
  const { code, out, err } = await seaworthy(['config', 'show', 'config.ts', ...flags], writeService(), { variables });
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
    'server.port  9000          env:APP_SERVER_PORT',
    '             over 80 from base.json:1:23',
    '             over 8080 from default',
    'db.url       "[redacted]"  base.json:2:18',
    'db.token     not set       default',
    'db.pool      5             more.json:1:19',
    'level        "info"        default',
    'odd          ["10",null]   default',
    '',
  ]);
});

test('show --json gives the same to a program', async () => {
  const words = ['config', 'show', 'config.ts', '--json', ...flags];
  const { code, out } = await seaworthy(words, writeService(), { variables });
  expect(code).toBe(0);
  expect(out).not.toContain('hunter2');
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    environment: 'development',
    values: [
      { key: 'server.port', value: 9000, source: 'env:APP_SERVER_PORT', overridden: [{ value: 80 }, { value: 8080 }] },
      { key: 'db.url', value: '[redacted]', secret: true },
      { key: 'db.token', secret: true },
      { key: 'db.pool', value: 5, reloadable: true },
      { key: 'level', value: 'info' },
      { key: 'odd' },
    ],
  });
});

const wrong = { APP_SERVER_PORT: 'x', APP_LEVEL: 'inof', APP_DB_TOKEN: 'hunter3', NODE_ENV: 'production' };

test('check names all problems with their places, shows no secret, and exits with 2', async () => {
  const words = ['config', 'check', 'config.ts', ...flags];
  const { code, out, err } = await seaworthy(words, writeService(), { variables: wrong });
  expect([code, err]).toEqual([2, '']);
  expect(out).toContain('server.port: expected a port (0 to 65535), got "x" (string). (env:APP_SERVER_PORT)');
  expect(out).toMatch(/db\.token: .*got \[redacted\]\. \(env:APP_DB_TOKEN\)/);
  expect(out).toContain('Did you mean "info"? (env:APP_LEVEL)');
  expect(out.endsWith('\nconfig.ts has 3 problems.\n')).toBe(true);
  expect(out).not.toContain('hunter');

  const json = await seaworthy([...words, '--json'], writeService(), { variables: wrong });
  expect(json.code).toBe(2);
  const { ok, problems } = JSON.parse(json.out) as { ok: boolean; problems: { key: string }[] };
  expect([ok, problems.map(({ key }) => key)]).toEqual([false, ['server.port', 'db.token', 'level']]);
});

test('check exits with 0 where nothing is wrong, and asks what holds in production', async () => {
  const cwd = writeService();
  const fine = await seaworthy(['config', 'check', 'config.ts'], cwd, { variables: { NODE_ENV } });
  expect([fine.code, fine.out]).toEqual([0, 'config.ts: 6 keys, nothing wrong (development).\n']);
  const strict = await seaworthy(['config', 'check', 'config.ts'], cwd, { variables: { NODE_ENV: 'production' } });
  expect(strict.code).toBe(2);
  expect(strict.out).toContain('level: must be set in production');
});

test('docs writes Markdown or JSON Schema, and reads no value', async () => {
  const cwd = writeService({ 'base.json': '{ broken' });
  const markdown = await seaworthy(['config', 'docs', 'config.ts', '--prefix', 'APP', '--out', 'CONFIG.md'], cwd);
  expect([markdown.code, markdown.out, markdown.err]).toEqual([0, '', '']);
  const table = readFileSync(join(cwd, 'CONFIG.md'), 'utf8');
  expect(table).toContain('| `server.port` | `APP_SERVER_PORT` | a port (0 to 65535) | 8080 | Where it listens. |');
  const schema = await seaworthy(['config', 'docs', 'config.ts', '--schema'], cwd);
  expect(JSON.parse(schema.out)).toMatchObject({ properties: { db: { properties: { url: { writeOnly: true } } } } });
});

const loading = `${definition}
import { env, file } from '@seaworthy/config';
export const config = await definition.load([file('base.json'), env('APP')]);
setInterval(() => {}, 1000);`;

test('a configuration that the module has loaded itself is taken as it is', async () => {
  const cwd = writeService({ 'config.ts': loading });
  const shown = await seaworthy(['config', 'show', 'config.ts'], cwd, { variables });
  expect([shown.code, shown.out.split('\n')[0]]).toEqual([0, expect.stringMatching(/^server\.port +9000 /)]);
  const failed = await seaworthy(['config', 'check', 'config.ts'], cwd, { variables: wrong });
  expect([failed.code, failed.out.endsWith('\nconfig.ts has 3 problems.\n')]).toEqual([2, true]);
});

const mistakes: readonly { why: string; module?: string; words?: readonly string[]; code: string }[] = [
  { why: 'is not there', code: 'CONFIG_MODULE_FAILED' },
  { why: 'throws', module: 'throw new Error("no such luck")', code: 'CONFIG_MODULE_FAILED' },
  { why: 'exports something else', module: 'export default { load() {} }', code: 'CONFIG_MISSING' },
  { why: 'exports no list of sources', module: exported.replace('[file', '[5, file'), code: 'CONFIG_SOURCES' },
  { why: 'has loaded and is given more sources', module: loading, words: ['--prefix', 'APP'], code: 'CONFIG_LOADED' },
];
for (const { why, module, words = [], code } of mistakes) {
  test(`a module that ${why} ends with ${code} and exit code 2`, async () => {
    const cwd = writeService(module === undefined ? {} : { 'wrong.ts': module });
    const ended = await seaworthy(['config', 'show', 'wrong.ts', ...words], cwd);
    expect([ended.code, ended.out]).toEqual([2, '']);
    expect(ended.err).toContain(`seaworthy.cli.${code}`);
  });
}
