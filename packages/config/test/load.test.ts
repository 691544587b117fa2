import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  argv,
  boolean,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  dotenv,
  env,
  file,
  int,
  list,
  object,
  oneOf,
  path,
  port,
  provider,
  Secret,
  secret,
  secretsDir,
  string,
  url,
  type Definition,
  type LoadOptions,
  type Problem,
  type Source,
} from '../src/index.ts';

const development = detectEnvironment({ env: {}, exists: () => false });
const production = detectEnvironment({ env: { NODE_ENV: 'production' }, exists: () => false });
const shape = {
  server: { port: port().default(8080), dataDir: string().optional() },
  db: { url: secret(url()), poolMax: int({ min: 1 }).default(10) },
  debug: boolean().default(false),
};
const dbUrl = { db: { url: 'postgres://user:hunter2@db/app' } };

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(async () => {
  await rm(cwd, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(cwd, name, '..'), { recursive: true });
  await writeFile(join(cwd, name), text);
}

async function problemsOf(
  definition: Definition,
  sources: readonly Source[],
  options: LoadOptions = {},
): Promise<readonly Problem[]> {
  try {
    await definition.load(sources, { cwd, ...options });
  } catch (error) {
    if (ConfigErrors.INVALID.is(error)) return error.params.problems;
    throw error;
  }
  return [];
}

test('later sources win, and every value knows where it came from', async () => {
  await write('config/default.json', '{\n  "server": {\n    "port": 1000\n  },\n  "db": { "poolMax": 5 }\n}');
  await write('config/development.jsonc', '{\n  // for people\n  "server": { "port": 2000, },\n}');
  const cfg = await defineConfig(shape, { env: development }).load(
    [
      object(dbUrl),
      file('config/default.json'),
      file('config/{env}.jsonc'),
      env('APP', { variables: { APP_SERVER_PORT: '3000' } }),
      argv(['--server.port=4000']),
    ],
    { cwd },
  );
  expect(cfg.value.server.port).toBe(4000);
  expect(cfg.value.db.poolMax).toBe(5);
  expect(cfg.explain('server.port')).toEqual({
    value: 4000,
    source: 'argv:--server.port',
    overridden: [
      { value: '3000', source: 'env:APP_SERVER_PORT' },
      { value: 2000, source: 'config/development.jsonc:3:23' },
      { value: 1000, source: 'config/default.json:3:13' },
      { value: 8080, source: 'default' },
    ],
  });
});

test('a default is read against the directory of each load', async () => {
  const definition = defineConfig({ data: path().default('data'), port: port().default(1) });
  const read = async (cwd: string): Promise<string> => (await definition.load([], { cwd })).value.data;
  expect(await read('/one')).toBe('/one/data');
  expect(await read('/two')).toBe('/two/data');
  expect(await read('/one')).toBe('/one/data');
});

test('a default for development is none in production, also when development was loaded before', async () => {
  const shape = { token: string().developmentDefault('x') };
  const load = async (name: string): Promise<string> => {
    const { value } = await shared.load([provider('given', async () => ({}))], { cwd: name });
    return value.token;
  };
  let name = 'development';
  const env = {
    ...detectEnvironment({ env: {}, exists: () => false }),
    get name() {
      return name;
    },
  };
  const shared = defineConfig(shape, { env });
  expect(await load('/one')).toBe('x');
  name = 'production';
  await expect(load('/one')).rejects.toThrow('token: expected a string, got nothing');
});

test('values are typed, nested and frozen', async () => {
  const cfg = await defineConfig(shape, { env: development }).load([object(dbUrl)]);
  expectTypeOf(cfg.value.server.port).toEqualTypeOf<number>();
  expectTypeOf(cfg.value.server.dataDir).toEqualTypeOf<string | undefined>();
  expectTypeOf(cfg.value.db.url).toEqualTypeOf<Secret>();
  expect(cfg.value).toEqual({
    server: { port: 8080, dataDir: undefined },
    db: { url: expect.any(Secret), poolMax: 10 },
    debug: false,
  });
  expect(Object.isFrozen(cfg.value)).toBe(true);
  expect(Object.isFrozen(cfg.value.server)).toBe(true);
});

test('all problems come in one error, each with its place', async () => {
  await write('app.json', '{\n  "server": { "prot": 1 },\n  "db": { "poolMax": 0 },\n  "debug": "yes"\n}');
  const definition = defineConfig({ ...shape, level: oneOf(['info', 'debug']) }, { env: development });
  const sources = [file('app.json'), env('APP', { variables: { APP_SERVER_PORT: '80a', APP_LEVEL: 'inof' } })];
  expect(await problemsOf(definition, sources)).toEqual([
    { key: 'server.prot', source: 'app.json:2:15', message: 'unknown key.', suggestion: 'Did you mean "server.port"?' },
    { key: 'server.port', source: 'env:APP_SERVER_PORT', message: 'expected a port (0 to 65535), got "80a" (string).' },
    {
      key: 'db.url',
      source: '',
      message: 'expected an absolute URL, such as https://example.com, got nothing. Set variable APP_DB_URL.',
    },
    { key: 'db.poolMax', source: 'app.json:3:22', message: 'expected a whole number of at least 1, got 0 (number).' },
    { key: 'debug', source: 'app.json:4:12', message: 'expected true or false, got "yes" (string).' },
    {
      key: 'level',
      source: 'env:APP_LEVEL',
      message: 'expected one of info, debug, got "inof" (string).',
      suggestion: 'Did you mean "info"?',
    },
  ]);
});

test('the error lists the problems as text and exits with 78', async () => {
  const failed = defineConfig({ port: port() }, { env: development }).load([object({ port: 'x' })]);
  await expect(failed).rejects.toMatchObject({
    code: 'seaworthy.config.INVALID',
    meta: { exitCode: 78 },
    message: 'The configuration has 1 problem:\n  - port: expected a port (0 to 65535), got "x" (string). (object)',
  });
});

test('a secret value is never in a message, whatever is wrong with it', async () => {
  const hidden = 'hunter2-not-a-url';
  const definition = defineConfig(
    {
      own: secret(url()),
      choice: secret(oneOf(['other'])),
      foreign: secret(z.string().refine(() => false, { error: (issue) => `bad ${String(issue.input)}` })),
      many: list(secret(url())),
      group: { password: secret() },
    },
    { env: development },
  );
  await write('bad.json', `{ "own": "${hidden}" "x" }`);
  await write('bad.ts', `throw new Error('${hidden}');`);
  const values = { own: hidden, choice: hidden, foreign: hidden, many: [hidden], group: hidden, pasword: hidden };
  const sources = [
    object(values),
    file('bad.json'),
    file('bad.ts'),
    provider('vault', () => {
      throw new Error(hidden);
    }),
    env('APP', { variables: { APP_FOREIGM: hidden } }),
    argv([`--onw=${hidden}`]),
  ];
  const error = await definition.load(sources, { cwd }).catch((thrown: unknown) => thrown);
  expect(ConfigErrors.INVALID.is(error) && error.params.problems.length).toBe(12);
  expect(JSON.stringify(error) + inspect(error, { depth: 9 })).not.toContain('hunter2');
});

test('a Standard Schema is a leaf, and reads text as text first and as JSON after that', async () => {
  const definition = defineConfig(
    { size: z.number().int(), words: z.array(z.string()), level: z.enum(['a', 'b']).default('a'), name: z.string() },
    { env: development },
  );
  const variables = { APP_SIZE: '7', APP_WORDS: '["x"]', APP_NAME: '42' };
  const cfg = await definition.load([env('APP', { variables })]);
  expectTypeOf(cfg.value.level).toEqualTypeOf<'a' | 'b'>();
  expect(cfg.value).toEqual({ size: 7, words: ['x'], level: 'a', name: '42' });
  expect(await problemsOf(definition, [env('APP', { variables: { ...variables, APP_SIZE: 'x' } })])).toMatchObject([
    { key: 'size', message: expect.stringContaining('expected a value that fits its schema (') },
  ]);
});

test('mounted secrets bind by file name', async () => {
  await write('secrets/db_url', 'postgres://mounted/app\n');
  await write('secrets/..data/db_url', 'postgres://hidden/app');
  await write('secrets/unrelated', 'x');
  const cfg = await defineConfig(shape, { env: development }).load([secretsDir('secrets')], { cwd });
  expect(cfg.value.db.url.reveal()).toBe('postgres://mounted/app');
  expect(cfg.explain('db.url')).toEqual({ value: '[redacted]', source: 'secrets:secrets/db_url', overridden: [] });
});

test('a .env file is a source with line numbers', async () => {
  await write('.env', '# local\nAPP_SERVER_PORT=99\nexport APP_DB_URL="postgres://local/app"\n');
  const cfg = await defineConfig(shape, { env: development }).load([dotenv('.env', { prefix: 'APP' })], { cwd });
  expect(cfg.explain('server.port')).toMatchObject({ value: 99, source: '.env:2' });
  expect(cfg.explain('db.url').source).toBe('.env:3');
  expect(process.env['APP_SERVER_PORT']).toBe(undefined);
});

test('a module gives its default export', async () => {
  await write('app.config.mjs', 'const port = 5;\nexport default { server: { port }, db: { url: "http://x" } };');
  const cfg = await defineConfig(shape, { env: development }).load([file('app.config.mjs')], { cwd });
  expect(cfg.explain('server.port')).toMatchObject({ value: 5, source: 'app.config.mjs' });
});

test('other formats come with their own parser', async () => {
  await write('app.conf', 'port: 7');
  const cfg = await defineConfig({ port: port() }, { env: development }).load(
    [file('app.conf', { parse: (text) => ({ port: Number(text.split(':')[1]) }) })],
    { cwd },
  );
  expect(cfg.value.port).toBe(7);
});

const badFiles = [
  { name: 'missing.json', text: undefined, source: 'missing.json', message: 'expected this file to exist.' },
  {
    name: 'a.json',
    text: '{ "debug": tru }',
    source: 'a.json:1:12',
    message: 'not valid JSON: expected a value here.',
  },
  {
    name: 'b.jsonc',
    text: '{\n  /* open',
    source: 'b.jsonc:2:3',
    message: 'not valid JSON: expected a name in double quotes here.',
  },
  { name: 'c.json', text: '[1]', source: 'c.json:1:1', message: 'expected an object with keys, got a list of 1.' },
  {
    name: 'd.json',
    text: '{ // no\n}',
    source: 'd.json:1:3',
    message: 'not valid JSON: expected a name in double quotes here.',
  },
  { name: 'e.toml', text: 'a: 1', source: 'e.toml', message: expect.stringContaining('`parse`') },
  {
    name: 'f.mjs',
    text: 'throw new RangeError();',
    source: 'f.mjs:1:7',
    message: 'could not be imported (RangeError).',
  },
];
for (const { name, text, source, message } of badFiles) {
  test(`${name} with ${JSON.stringify(text)} is a problem at ${source}`, async () => {
    if (text !== undefined) await write(name, text);
    const definition = defineConfig({ debug: boolean().default(false) }, { env: development });
    expect(await problemsOf(definition, [file(name)])).toEqual([{ key: '', source, message }]);
  });
}

test('a file for the environment may be missing', async () => {
  const definition = defineConfig({ debug: boolean().default(true) }, { env: development });
  expect(await problemsOf(definition, [file('config/{env}.json'), file('local.json', { optional: true })])).toEqual([]);
});

test('hostile names in a file reach no prototype', async () => {
  await write('evil.json', '{ "__proto__": { "debug": true }, "constructor": 1, "db": { "__proto__": {} } }');
  const definition = defineConfig(
    { debug: boolean().default(false), db: { a: string().optional() } },
    { env: development },
  );
  const keys = (await problemsOf(definition, [file('evil.json')])).map((problem) => problem.key);
  expect(keys).toEqual(['__proto__', 'constructor', 'db.__proto__']);
});

test('production refuses a default for what it requires', async () => {
  const definition = defineConfig(shape, { env: production, require: { production: ['server.port'] } });
  expect(await problemsOf(definition, [object(dbUrl), env('APP', { variables: {} })])).toEqual([
    {
      key: 'server.port',
      source: 'default',
      message: 'must be set in production, its default does not count there. Set variable APP_SERVER_PORT.',
    },
  ]);
  expect(await problemsOf(definition, [object({ ...dbUrl, server: { port: 8080 } })])).toEqual([]);
});

test('production mode and another NODE_ENV contradict each other', async () => {
  const forced = detectEnvironment({ env: { NODE_ENV: 'development' }, production: true });
  expect(await problemsOf(defineConfig({}, { env: forced }), [])).toMatchObject([{ source: 'env:NODE_ENV' }]);
});

test('an unsupported Node version is a problem', async () => {
  const definition = defineConfig({}, { env: development, node: '>=99' });
  expect(await problemsOf(definition, [])).toMatchObject([
    { source: 'node', message: `expected Node >=99, got ${process.versions.node}. Install a supported version.` },
  ]);
});

test('a source that never answers is given up', async () => {
  const definition = defineConfig({}, { env: development });
  const sources = [provider('vault', async () => new Promise<object>(() => {}))];
  expect(await problemsOf(definition, sources, { timeoutMs: 5 })).toEqual([
    { key: '', source: 'vault', message: 'did not answer within 5 ms.' },
  ]);
});

test('an abort rejects with its reason', async () => {
  const definition = defineConfig({}, { env: development });
  const stop = new AbortController();
  const loading = definition.load([provider('vault', async () => new Promise<object>(() => {}))], {
    signal: stop.signal,
  });
  stop.abort(new Error('enough'));
  await expect(loading).rejects.toThrow('enough');
});

test('variables are read when the configuration loads', async () => {
  const definition = defineConfig({ late: string().default('no') }, { env: development });
  const source = env('CONFIG_TEST');
  process.env['CONFIG_TEST_LATE'] = 'yes';
  try {
    expect((await definition.load([source])).value.late).toBe('yes');
  } finally {
    delete process.env['CONFIG_TEST_LATE'];
  }
});

test('describe lists every key with value, source and description', async () => {
  const definition = defineConfig(
    { port: port().default(1).describe('Where to listen.'), token: secret().reloadable() },
    { env: development },
  );
  const cfg = await definition.load([object({ token: 'hunter2' })]);
  expect(cfg.describe()).toEqual([
    { key: 'port', value: 1, source: 'default', secret: false, reloadable: false, description: 'Where to listen.' },
    { key: 'token', value: '[redacted]', source: 'object', secret: true, reloadable: true },
  ]);
});

test('asking for an unknown key is an error with a suggestion', async () => {
  const cfg = await defineConfig({ port: port().default(1) }, { env: development }).load([]);
  expect(() => cfg.explain('prot')).toThrow('There is no configuration key "prot". Did you mean "port"?');
});

const badShapes = [
  { shape: { dataDir: string(), data: { dir: string() } }, reason: 'cannot be told apart' },
  { shape: { 'a.b': string() }, reason: 'no dot' },
  { shape: { '--': string() }, reason: 'needs a letter' },
];
for (const { shape: bad, reason } of badShapes) {
  test(`a shape of ${Object.keys(bad).join()} is refused: ${reason}`, () => {
    expect(() => defineConfig(bad)).toThrow(reason);
  });
}

test('a wrong Node range is refused when it is written', () => {
  expect(() => defineConfig({}, { node: '^22' })).toThrow('the Node range "^22" has "^22" in it');
});
