// What people and systems write that is no configuration as the documents have it.
import { chmod, mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  boolean,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  dotenv,
  file,
  int,
  list,
  object,
  port,
  provider,
  secret,
  secretsDir,
  string,
  type LoadOptions,
  type Source,
} from '../src/index.ts';

const environment = detectEnvironment({ env: {}, exists: () => false });
const shape = { port: port().default(1), debug: boolean().default(false), token: secret().optional() };
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-hard-'));
});
afterEach(async () => rm(cwd, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(cwd, path)), { recursive: true });
  await writeFile(join(cwd, path), text);
}

const load = async (source: Source, options: LoadOptions = {}) =>
  defineConfig(shape, { env: environment }).load([source], { cwd, ...options });

async function problems(source: Source): Promise<readonly string[]> {
  try {
    await load(source);
    return [];
  } catch (error) {
    if (!ConfigErrors.INVALID.is(error)) throw error;
    return error.params.problems.map(({ key, source: from, message }) => `${key} | ${from} | ${message}`);
  }
}

test('a byte order mark of a .env file is no part of the first name', async () => {
  await write('.env', '\uFEFFAPP_PORT=5\r\nAPP_DEBUG=true\r\n');
  const { value, explain } = await load(dotenv('.env', { prefix: 'APP' }));
  expect([value.port, value.debug, explain('port').source]).toEqual([5, true, '.env:1']);
});

test('of a name that stands twice in a .env file the last counts, as for Node', async () => {
  await write('.env', 'APP_PORT=5\nAPP_PORT=6\n');
  expect((await load(dotenv('.env', { prefix: 'APP' }))).explain('port')).toMatchObject({ value: 6, source: '.env:2' });
});

for (const { what, name, bytes, source } of [
  {
    what: 'Latin 1',
    name: 'latin.json',
    bytes: Buffer.from('{ "token": "pässwort" }', 'latin1'),
    source: file('latin.json'),
  },
  {
    what: 'UTF-16',
    name: 'wide.json',
    bytes: Buffer.from('\uFEFF{ "port": 5 }', 'utf16le'),
    source: file('wide.json'),
  },
  { what: 'Latin 1', name: '.env', bytes: Buffer.from('APP_TOKEN=pässwort', 'latin1'), source: dotenv('.env') },
  { what: 'bytes', name: 'run/token', bytes: Buffer.from([0x80, 0xfe, 0x01]), source: secretsDir('run') },
]) {
  test(`${name} with ${what} is a problem: it would be read as another text`, async () => {
    await write(name, '');
    await writeFile(join(cwd, name), bytes);
    const [problem = ''] = await problems(source);
    expect(problem).toContain('could not be read (ERR_ENCODING_INVALID_ENCODED_DATA).');
  });
}

test('a text may have the sign that stands for a wrong one', async () => {
  await write('run/token', 'x\uFFFDy');
  expect((await load(secretsDir('run'))).value.token?.reveal()).toBe('x\uFFFDy');
});

const dotenvText = `# all the ways to quote
APP_A=plain # comment
APP_B='single # kept'
APP_C="double \\n line"
APP_D=\`back "both" 'quotes'\`
APP_E="more
APP_F=inside
lines"
export APP_F=real
  APP_G = spaced\t
APP_H=
APP_I=""
APP_J="a=b=c"
APP_K='{"x":1}'
APP_L=$APP_A
`;

test('a .env file is understood with every kind of quotes, and each value knows its line', async () => {
  await write('.env', dotenvText);
  const names = 'a b c d e f g h i j k l'.split(' ');
  const all = Object.fromEntries(names.map((name) => [name, string().optional()]));
  const config = await defineConfig(all, { env: environment }).load([dotenv('.env', { prefix: 'APP' })], { cwd });
  expect(config.describe().map(({ value, source }) => [value, source])).toEqual([
    ['plain', '.env:2'],
    ['single # kept', '.env:3'],
    ['double \n line', '.env:4'],
    [`back "both" 'quotes'`, '.env:5'],
    ['more\nAPP_F=inside\nlines', '.env:6'],
    ['real', '.env:9'],
    ['spaced', '.env:10'],
    [undefined, 'default'],
    [undefined, 'default'],
    ['a=b=c', '.env:13'],
    ['{"x":1}', '.env:14'],
    ['$APP_A', '.env:15'],
  ]);
});

for (const text of ['', '# nothing yet\n', '---\n']) {
  test(`a YAML file with no more than ${JSON.stringify(text)} says nothing`, async () => {
    await write('app.yaml', text);
    expect((await load(file('app.yaml'))).value.port).toBe(1);
  });
}

test('a mounted secret that leads nowhere is a problem, and hides none of the others', async () => {
  await write('run/port', '5\n');
  await symlink('nowhere', join(cwd, 'run/token'));
  expect(await problems(secretsDir('run'))).toEqual(['token | secrets:run/token | could not be read (ENOENT).']);
  await unlink(join(cwd, 'run/token'));
  expect((await load(secretsDir('run'))).value.port).toBe(5);
});

test('a mounted secret that is a directory is a problem with its name', async () => {
  await write('run/..data/token/x', '5\n');
  await symlink('..data/token', join(cwd, 'run/token'));
  expect(await problems(secretsDir('run'))).toEqual(['token | secrets:run/token | could not be read (EISDIR).']);
});

test('what binds to no key is not read: it may be a link to a directory, or to nothing', async () => {
  await write('run/port', '5\n');
  await write('run/..data/folder/x', '1');
  await symlink('..data/folder', join(cwd, 'run/folder'));
  await symlink('nowhere', join(cwd, 'run/gone'));
  await write('run/not-for-us', 'x');
  await chmod(join(cwd, 'run/not-for-us'), 0o000);
  expect((await load(secretsDir('run'))).value.port).toBe(5);
});

const noGroups = [
  { shape: { port: 8080 }, says: '"port" is a number' },
  { shape: { server: { host: 'localhost' } }, says: '"server.host" is a string' },
  { shape: { port: null }, says: '"port" is null' },
  { shape: { port: undefined }, says: '"port" is nothing' },
  { shape: { ports: [port()] }, says: '"ports" is a list of 1' },
  { shape: { port }, says: '"port" is a function' },
  { shape: undefined, says: 'it is nothing' },
];
for (const { shape: wrong, says } of noGroups) {
  test(`a shape in which ${says} is refused`, () => {
    const define = (): unknown => Reflect.apply(defineConfig, undefined, [wrong]);
    expect(define).toThrow(
      `The configuration shape cannot be used: ${says}. Give a leaf such as string(), a Standard Schema, or a group of them.`,
    );
    expect(define).toThrow(ConfigErrors.BAD_SHAPE);
  });
}

test('a list of secrets may have a default', async () => {
  const config = await defineConfig({ keys: list(secret(int())).default([1, 2]) }, { env: environment }).load([]);
  expect(config.value.keys.map((key) => key.reveal())).toEqual([1, 2]);
});

const wrongOptions: readonly { readonly options: LoadOptions; readonly says: string }[] = [
  { options: { timeoutMs: Number.NaN }, says: 'Expected `timeoutMs` to be a number above 0, got `NaN` (number).' },
  { options: { timeoutMs: 0 }, says: 'Expected `timeoutMs` to be a number above 0, got `0` (number).' },
  {
    options: { history: { keep: 0 } },
    says: 'Expected `history.keep` to be a whole number of at least 1, got `0` (number).',
  },
  {
    options: { watch: { quietMs: -1 } },
    says: 'Expected `watch.quietMs` to be a number from 0 to 2147483647, got `-1` (number).',
  },
  {
    options: { watch: { quietMs: Infinity } },
    says: 'Expected `watch.quietMs` to be a number from 0 to 2147483647, got `Infinity` (number).',
  },
];
for (const { options, says } of wrongOptions) {
  test(`a wrong option is told: ${says}`, async () => {
    await expect(load(object({}), options)).rejects.toMatchObject({
      code: 'seaworthy.config.BAD_OPTION',
      message: says,
    });
  });
}

for (const timeoutMs of [2 ** 31, Infinity]) {
  test(`a source may take ${timeoutMs} ms, which no timer can wait`, async () => {
    const slow = provider('slow', async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      return { port: 5 };
    });
    expect((await load(slow, { timeoutMs })).value.port).toBe(5);
  });
}
