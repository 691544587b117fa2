import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'node:querystring';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { format, inspect, stripVTControlCharacters, type InspectOptions } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { toJSON, toLogFields, toProblemDetails, toTerminal } from '@seaworthy/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  int,
  isSecret,
  list,
  object,
  secret as secretLeaf,
  Secret,
  string,
  url,
} from '../src/index.ts';

const hidden = 'hunter2-0dd5';
const secret = new Secret(hidden);
const nested = { a: [{ secret }], map: new Map([[secret, secret]]), set: new Set([secret]) };

type Print = () => unknown;
type Prints = Readonly<Record<string, Print>>;

const asText: Prints = {
  'String()': () => String(secret),
  'toString()': () => secret.toString(),
  'toLocaleString()': () => secret.toLocaleString(),
  'a template': () => `x ${secret as unknown as string}`,
  'addition on the left': () => 'x' + secret,
  'addition on the right': () => secret + 'x',
  'addition of a number': () => (secret as unknown as number) + 1,
  'concat()': () => 'x'.concat(secret as unknown as string),
  'join()': () => [secret, secret].join(),
  'a list as text': () => String([[secret]]),
  'a list in the local language': () => [secret].toLocaleString(),
  'Object.prototype.toString': () => Object.prototype.toString.call(secret),
  'String.raw': () => String.raw`${secret}`,
  'Symbol()': () => Symbol(secret as unknown as string).toString(),
  'RegExp()': () => new RegExp(String(secret)).source,
  'padEnd()': () => 'x'.padEnd(99, secret as unknown as string),
  'replaceAll()': () => 'x'.replaceAll('x', secret as unknown as string),
  'Number()': () => Number(secret),
  'a property name': () => Object.keys({ [secret as unknown as string]: 1 }),
  'encodeURIComponent()': () => encodeURIComponent(secret as unknown as string),
  'btoa()': () => atob(btoa(secret as unknown as string)),
  URLSearchParams: () => new URLSearchParams({ secret: secret as unknown as string }),
  URL: () => new URL(`http://localhost/?q=${String(secret)}`),
  'querystring.stringify': () => stringify({ secret: secret as unknown as string }),
  Headers: () => new Headers({ x: secret as unknown as string }).get('x'),
  Response: async () => new Response(secret as unknown as string).text(),
  Blob: async () => new Blob([secret as unknown as string]).text(),
  FormData: () => {
    const form = new FormData();
    form.append('x', String(secret));
    return form.get('x');
  },
  TextEncoder: () => Buffer.from(new TextEncoder().encode(secret as unknown as string)).toString(),
  'localeCompare()': () => 'x'.localeCompare(secret as unknown as string),
  'Date()': () => new Date(secret as unknown as string),
};

const asJson: Prints = {
  'JSON.stringify': () => JSON.stringify(secret),
  'JSON.stringify with indentation': () => JSON.stringify(nested, undefined, 2),
  'JSON.stringify with a tab': () => JSON.stringify({ secret }, undefined, '\t'),
  'JSON.stringify with a replacer that looks at values': () =>
    JSON.stringify({ secret }, (_key, value: unknown) => (isSecret(value) ? Object.assign({}, value) : value)),
  'JSON.stringify with chosen keys': () => JSON.stringify({ secret }, ['secret', 'value', '#value', '#read']),
  'toJSON()': () => secret.toJSON(),
  'JSON of entries': () => JSON.stringify(Object.entries({ secret })),
};

const inspections: Readonly<Record<string, InspectOptions>> = {
  'nothing else': {},
  'all depths': { depth: null },
  'hidden properties': { showHidden: true, depth: null },
  getters: { getters: true, depth: null },
  'no custom functions': { customInspect: false, depth: null },
  'no custom functions and hidden properties': { customInspect: false, showHidden: true, getters: true, depth: null },
  proxies: { showProxy: true, customInspect: false, depth: null },
  colours: { colors: true },
  'one line': { compact: true, breakLength: Infinity },
  'many lines': { compact: false },
  'sorted keys': { sorted: true },
  'long texts': { maxStringLength: null, maxArrayLength: null },
};
const asInspected: Prints = Object.fromEntries(
  Object.entries(inspections).flatMap(([how, options]): [string, Print][] => [
    [`inspect with ${how}`, () => inspect(secret, options)],
    [`inspect of a tree with ${how}`, () => inspect(nested, options)],
  ]),
);

const asFormatted: Prints = Object.fromEntries(
  ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', 'no placeholder'].map((how): [string, Print] => [
    `format ${how}`,
    () => format(how, secret) + format(how, nested),
  ]),
);

const methods = ['log', 'info', 'debug', 'warn', 'error', 'dir', 'dirxml', 'table', 'trace', 'group'] as const;
const onConsoles: Prints = Object.fromEntries(
  methods.map((method): [string, Print] => [
    `console.${method}`,
    async () => {
      const stream = new PassThrough();
      const output = new Console(stream, stream);
      output[method](secret);
      output[method](nested);
      stream.end();
      return textOf(stream);
    },
  ]),
);

const asParts: Prints = {
  'Object.keys': () => Object.keys(secret),
  'Object.values': () => Object.values(secret),
  'Object.entries': () => Object.entries(secret),
  'Object.getOwnPropertyNames': () => Object.getOwnPropertyNames(secret),
  'Object.getOwnPropertyDescriptors': () => inspect(Object.getOwnPropertyDescriptors(secret)),
  'Reflect.ownKeys': () => Reflect.ownKeys(secret).map(String),
  'a spread': () =>
    // oxlint-disable-next-line typescript/no-misused-spread -- what it shows is the question
    inspect({ ...secret }),
  'Object.assign': () => inspect(Object.assign({}, secret)),
  'for … in': () => {
    const found = [];
    for (const key in secret) found.push(key, Reflect.get(secret, key) as unknown);
    return inspect(found);
  },
  'the prototype': () => inspect(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(secret)), { depth: null }),
  'a proxy around it': () => inspect(new Proxy(secret, {}), { showProxy: true, customInspect: false }),
};

const asCopies: Prints = {
  structuredClone: () => inspect(structuredClone(secret), { showHidden: true, depth: null }),
  'structuredClone of a tree': () => inspect(structuredClone(nested), { showHidden: true, depth: null }),
  'v8.serialize': () => serialize(secret).toString('latin1'),
  'v8.serialize, there and back': () => inspect(deserialize(serialize(nested)), { depth: null }),
  'a message on a port': () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(nested);
    const received: unknown = receiveMessageOnPort(port2);
    port1.close();
    return inspect(received, { depth: null, showHidden: true });
  },
  'a worker': async () => {
    const code =
      "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(require('node:util').inspect(workerData, { depth: null, showHidden: true }));";
    const worker = new Worker(code, { eval: true, workerData: nested });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  },
};

const inErrors: Prints = {
  'the message of an error': () => new Error(`no ${String(secret)}`).message,
  'the stack of an error': () => new Error(`no ${String(secret)}`).stack,
  'the cause of an error': () => inspect(new Error('no', { cause: secret }), { showHidden: true }),
  'a property of an error': () => inspect(Object.assign(new Error('no'), { secret })),
  'an error of many': () =>
    inspect(new AggregateError([new Error('no', { cause: nested })], String(secret)), { depth: null }),
  'a failed assertion': () => messageOf(() => assert.deepEqual({ secret }, { secret: 1 })),
  'a failed comparison': () => messageOf(() => assert.equal(secret, 1)),
  'a coded error': () => inspect(new ConfigErrors.UNKNOWN_KEY({ key: String(secret), suggestion: '' })),
};

function messageOf(run: () => void): string {
  try {
    run();
    throw new Error('nothing was thrown');
  } catch (error) {
    return inspect(error, { depth: null });
  }
}

const unset = detectEnvironment({ env: {}, exists: () => false });
const definition = defineConfig(
  {
    db: { url: secretLeaf(url()).reloadable(), tokens: secretLeaf(list(string({ minLength: 4 }))).optional() },
    fallback: secretLeaf().default(hidden),
    max: int({ min: 1 }).default(5).reloadable(),
  },
  { env: unset },
);
const good = { db: { url: `postgres://app:${hidden}@localhost/app`, tokens: [hidden, hidden] } };
const load = async () => definition.load([object(good)]);

/** A wrong secret, an unknown key that holds one, and one that stands a level too high. */
async function wrong(): Promise<Error> {
  const values = { db: hidden, fallback: [hidden], databse: hidden, max: 0 };
  return definition.load([object(values), object({ db: { url: hidden, tokens: [hidden, 'x'] } })]).then(
    () => new Error('it loaded'),
    (error: Error) => error,
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-secret-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const ofConfigs: Prints = {
  'the values as JSON': async () => JSON.stringify((await load()).value),
  'the values inspected': async () => inspect((await load()).value, { depth: null, showHidden: true }),
  'the whole configuration': async () => inspect(await load(), { depth: null, showHidden: true, getters: true }),
  'explain()': async () => JSON.stringify((await load()).explain('db.url')),
  'explain() of a default': async () => JSON.stringify((await load()).explain('fallback')),
  'describe()': async () => JSON.stringify((await load()).describe()),
  'the JSON Schema': () => JSON.stringify(definition.jsonSchema()),
  'the Markdown': () => definition.markdown({ prefix: 'APP' }),
  'the help': () => definition.cliHelp(),
  'the form': async () =>
    JSON.stringify([definition.formModel(), (await load()).formModel(), definition.form(), (await load()).form()]),
  'a leaf with a default': () => inspect(secretLeaf().default(hidden), { depth: null, showHidden: true }),
  'a leaf whose inside has a default': () => inspect(secretLeaf(string().default(hidden)), { depth: null }),
  'the history': async () => {
    const config = await load();
    await config.update({ db: { url: `http://${hidden}` }, max: 6 });
    return JSON.stringify([config.history(), config.status()]);
  },
  'the history on disk': async () => {
    const path = join(folder, 'history');
    const config = await definition.load([object(good)], { history: { path } });
    await config.update({ db: { url: `http://${hidden}` }, max: 6 });
    return Promise.all([1, 2].map(async (version) => readFile(join(path, `${version}.json`), 'utf8')));
  },
  'a backup': async () => {
    await (await load()).backup(join(folder, 'backup.json'));
    return readFile(join(folder, 'backup.json'), 'utf8');
  },
  'the message of an invalid configuration': async () => (await wrong()).message,
  'the problems of an invalid configuration': async () => inspect(await wrong(), { depth: null, showHidden: true }),
  'an invalid configuration as JSON': async () => JSON.stringify([await wrong(), toJSON(await wrong())]),
  'an invalid configuration in a log': async () => JSON.stringify(toLogFields(await wrong())),
  'an invalid configuration on a terminal': async () => stripVTControlCharacters(toTerminal(await wrong())),
  'an invalid configuration as problem details': async () => JSON.stringify(toProblemDetails(await wrong())),
  'a followed secret': async () => inspect((await load()).secret('db.url'), { customInspect: false, showHidden: true }),
};

const ways: Prints = {
  ...asText,
  ...asJson,
  ...asInspected,
  ...asFormatted,
  ...onConsoles,
  ...asParts,
  ...asCopies,
  ...inErrors,
  ...ofConfigs,
};

for (const [how, print] of Object.entries(ways)) {
  test(`a secret is not shown by ${how}`, async () => {
    const printed = String(await print());
    expect(printed).not.toContain(hidden);
    expect(printed).not.toContain('it loaded');
  });
}

test('at least a hundred ways are tried, and each would show a text that is no secret', async () => {
  expect(Object.keys(ways).length).toBeGreaterThanOrEqual(100);
  expect(inspect(structuredClone({ secret: hidden }))).toContain(hidden);
});

test('a secret says what it is, and gives its value when asked', () => {
  expect(String(secret)).toBe('[redacted]');
  expect(secret.reveal()).toBe(hidden);
  expect(Object.isFrozen(secret)).toBe(true);
});

test('a secret is recognised by its mark, also from another copy', () => {
  expect(isSecret(secret)).toBe(true);
  expect(isSecret(new Secret({ any: 'value' }))).toBe(true);
  for (const other of [undefined, null, 'x', {}, { reveal: () => 1 }]) expect(isSecret(other)).toBe(false);
});
