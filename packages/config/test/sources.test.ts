import { expect, test } from 'vitest';
import {
  argv,
  boolean,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  env,
  int,
  list,
  object,
  port,
  string,
  type Source,
} from '../src/index.ts';

const environment = detectEnvironment({ env: {}, exists: () => false });
const definition = defineConfig(
  {
    server: { port: port().default(1), dataDir: string().default('-') },
    debug: boolean().default(false),
    offset: int().default(0),
    tags: list().default([]),
  },
  { env: environment },
);

async function read(source: Source): Promise<unknown> {
  return (await definition.load([source])).value;
}

async function problems(source: Source): Promise<readonly string[]> {
  try {
    await definition.load([source]);
    return [];
  } catch (error) {
    if (!ConfigErrors.INVALID.is(error)) throw error;
    return error.params.problems.map(({ source: from, message, suggestion }) =>
      [from, message, suggestion].join(' | '),
    );
  }
}

const spellings = ['APP_SERVER_DATA_DIR', 'APP_SERVER_DATADIR', 'APP_SERVER__DATA_DIR', 'app_server.data-dir'];
for (const name of spellings) {
  test(`${name} sets server.dataDir`, async () => {
    expect(await read(env('APP', { variables: { [name]: 'x' } }))).toMatchObject({ server: { dataDir: 'x' } });
  });
}

test('an empty variable and one with another prefix count as not set', async () => {
  const variables = { APP_SERVER_PORT: '', APPLE_SERVER_PORT: '5', SERVER_PORT: '6', APP_DEBUG: undefined };
  expect(await read(env('APP_', { variables }))).toMatchObject({ server: { port: 1 }, debug: false });
});

test('without a prefix the whole environment may be read, and strangers are ignored', async () => {
  expect(await read(env('', { variables: { SERVER_PORT: '6', SERVR_PORT: '7' } }))).toMatchObject({
    server: { port: 6 },
  });
});

const strangeVariables = [
  {
    name: 'APP_SERVR_PORT',
    unknown: undefined,
    says: ['env:APP_SERVR_PORT | binds to no configuration key. | Did you mean APP_SERVER_PORT?'],
  },
  { name: 'APP_SERVICE_HOST', unknown: undefined, says: [] },
  { name: 'APP_SERVICE_HOST', unknown: 'refuse', says: ['env:APP_SERVICE_HOST | binds to no configuration key. | '] },
  { name: 'APP_SERVR_PORT', unknown: 'ignore', says: [] },
] as const;
for (const { name, unknown, says } of strangeVariables) {
  test(`${name} with unknown: ${unknown} makes ${says.length} problems`, async () => {
    const options = unknown === undefined ? {} : { unknown };
    expect(await problems(env('APP', { variables: { [name]: '1' }, ...options }))).toEqual(says);
  });
}

test('two variables for one key contradict each other', async () => {
  const variables = { APP_SERVER_PORT: '1', APP_SERVERPORT: '2' };
  expect(await problems(env('APP', { variables }))).toEqual([
    'env:APP_SERVERPORT | set twice, with another value by env:APP_SERVER_PORT. | ',
  ]);
});

const lines = [
  { args: ['--server.port=5'], value: { server: { port: 5 } } },
  { args: ['--server-port', '5'], value: { server: { port: 5 } } },
  { args: ['--serverPort=5', 'positional', '-'], value: { server: { port: 5 } } },
  { args: ['--debug'], value: { debug: true } },
  { args: ['--debug', 'false'], value: { debug: false } },
  { args: ['--debug', 'file.txt'], value: { debug: true } },
  { args: ['--no-debug'], value: { debug: false } },
  { args: ['--offset', '-5'], value: { offset: -5 } },
  { args: ['--offset=1', '--offset=2'], value: { offset: 2 } },
  { args: ['--tags=a', '--tags', 'b,c'], value: { tags: ['a', 'b', 'c'] } },
  { args: ['--', '--server.port=5', '--unknown'], value: { server: { port: 1 } } },
];
for (const { args, value } of lines) {
  test(`the command line "${args.join(' ')}" gives ${JSON.stringify(value)}`, async () => {
    expect(await read(argv(args))).toMatchObject(value);
  });
}

const badLines = [
  {
    args: ['--sever.port=5'],
    says: ['argv:--sever.port | binds to no configuration key. | Did you mean --server.port?'],
  },
  { args: ['--server.port'], says: ['argv:--server.port | needs a value. | '] },
  { args: ['--server.port', '--debug'], says: ['argv:--server.port | needs a value. | '] },
  { args: ['-x'], says: ['argv:--x | binds to no configuration key. | '] },
  { args: ['--no-offset'], says: ['argv:--no-offset | binds to no configuration key. | Did you mean --offset?'] },
  { args: ['--debug=maybe'], says: ['argv:--debug | expected true or false, got "maybe" (string). | '] },
];
for (const { args, says } of badLines) {
  test(`the command line "${args.join(' ')}" is refused`, async () => {
    expect(await problems(argv(args))).toEqual(says);
  });
}

test('flags of the program itself can be left alone', async () => {
  expect(await problems(argv(['--watch'], { unknown: 'ignore' }))).toEqual([]);
});

const trees = [
  { tree: { port: 5 }, says: ['object | unknown key. | Did you mean "server.port"?'] },
  { tree: { server: 5 }, says: ['object | expected an object with keys, got a number. | '] },
  { tree: { server: { port: { deep: 1 } } }, says: ['object | expected a port (0 to 65535), got an object. | '] },
  { tree: { $schema: './schema.json', server: { port: undefined } }, says: [] },
];
for (const { tree, says } of trees) {
  test(`the object ${JSON.stringify(tree)} makes ${says.length} problems`, async () => {
    expect(await problems(object(tree))).toEqual(says);
  });
}

test('a wrong default is a problem too', async () => {
  const wrong = defineConfig({ port: port().default(70_000) }, { env: environment }).load([]);
  await expect(wrong).rejects.toThrow('port: expected a port (0 to 65535), got 70000 (number). (default)');
});
