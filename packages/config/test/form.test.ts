// The web form, from the page to the update and back, over HTTP.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  boolean,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  duration,
  int,
  list,
  number,
  object,
  oneOf,
  port,
  secret,
  standard,
  string,
  type Config,
} from '../src/index.ts';

const shape = {
  title: string({ maxLength: 40 }).optional().describe('Shown <b>on top</b>.').reloadable(),
  pool: {
    max: int({ min: 1, max: 50 }).default(10).reloadable(),
    ratio: number().default(0.5).reloadable(),
    idleMs: duration().default('30s').reloadable(),
    port: port().default(80),
  },
  constructor: {
    level: oneOf(['info', 'debug']).default('info').reloadable(),
    quiet: boolean().default(false).reloadable(),
    maybe: boolean().optional().reloadable(),
    tags: list().default(['a', 'b']).reloadable(),
    ports: list(port()).default([1]).reloadable(),
    size: standard(z.number().max(5)).default(3).reloadable(),
    note: standard(z.string()).default('x').reloadable(),
    rest: standard(z.object({ a: z.number() }))
      .default({ a: 1 })
      .reloadable(),
  },
  token: secret(string({ minLength: 4 }))
    .default('hunter2')
    .reloadable(),
  pin: secret(int()).default(1234).reloadable(),
};
const definition = defineConfig(shape, { env: detectEnvironment({ env: {}, exists: () => false }) });

let config: Config<typeof shape>;
let server: Server;
let url: string;
beforeEach(async () => {
  config = await definition.load([object({})]);
  server = createServer((request, response) => {
    void (async () => {
      const page = (inside: string): string => `<form method="post">${inside}<button>Save</button></form>`;
      const submitted = new URLSearchParams(await textOf(request));
      try {
        await config.update(config.parseForm(submitted), { by: 'ada' });
        response.end(page(config.form()));
      } catch (error) {
        if (ConfigErrors.STALE.is(error)) {
          response.statusCode = 409;
          const problems = [{ key: '', source: 'form', message: error.message }];
          response.end(page(config.form({ submitted, problems })));
          return;
        }
        if (!ConfigErrors.INVALID.is(error)) throw error;
        response.statusCode = 422;
        response.end(page(config.form({ submitted, problems: error.params.problems })));
      }
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await config.close();
  await new Promise((resolve) => server.close(resolve));
});

interface Page {
  readonly status: number;
  readonly html: string;
  /** What a browser sends when nobody types anything. */
  readonly entries: [string, string][];
}

async function get(): Promise<Page> {
  return read(await fetch(url));
}

/** Types into the fields of a page as it is, and sends it as a browser does. */
async function send(changes: Readonly<Record<string, string>>, from?: Page): Promise<Page> {
  const { entries } = from ?? (await get());
  const kept = entries.filter(([name]) => !(name in changes));
  const typed = Object.entries(changes).map(([name, value]): [string, string] => [name, asSent(value)]);
  const body = new URLSearchParams([...kept, ...typed]);
  return read(await fetch(url, { method: 'POST', body }));
}

async function read(response: Response): Promise<Page> {
  const html = await response.text();
  return { status: response.status, html, entries: successfulControls(html) };
}

/** As the HTML standard has it: not what is disabled or not ticked, and a chosen option. */
function successfulControls(html: string): [string, string][] {
  const controls = html.matchAll(/<input\b([^>]*)>|<(select|textarea)\b([^>]*)>\n?([^]*?)<\/\2>/g);
  return [...controls].flatMap(([, ofInput, tag, ofOthers = '', inside = '']): [string, string][] => {
    const attributes = ` ${ofInput ?? ofOthers}`;
    const attribute = (name: string): string => unescape(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    if (/ disabled/.test(attributes) || (attribute('type') === 'checkbox' && !/ checked/.test(attributes))) return [];
    const chosen = /<option value="([^"]*)" selected/.exec(inside)?.[1] ?? '';
    const text = tag === 'select' ? unescape(chosen) : unescape(inside);
    return [[attribute('name'), ofInput === undefined ? asSent(text) : attribute('value').replaceAll(/[\r\n]/g, '')]];
  });
}

const asSent = (text: string): string => text.replaceAll(/\r\n?|\n/g, '\r\n');

function unescape(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => signs[entity] ?? entity);
}

test('a form that is sent as it came changes nothing', async () => {
  await send({});
  expect(config.history()).toHaveLength(1);
  expect(config.explain('pool.max').source).toBe('default');
});

test('for any values, what is sent as it came is an empty patch', async () => {
  const text = fc.string({
    maxLength: 40,
    unit: fc.constantFrom('a', ' ', '\n', '\r', '"', "'", '<', '&', 'é', '😀', '0'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        title: text,
        pool: fc.record({
          max: fc.integer({ min: 1, max: 50 }),
          ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
        }),
        constructor: fc.record({
          quiet: fc.boolean(),
          tags: fc.array(fc.stringMatching(/^[a-z<&"]{1,5}$/)),
          ports: fc.array(fc.nat(65_535)),
          note: text,
        }),
      }),
      async (patch) => {
        await config.update(patch);
        expect(flat(config.parseForm((await get()).entries))).toEqual({});
      },
    ),
    { numRuns: 50 },
  );
});

function flat(patch: object): object {
  return Object.fromEntries(
    Object.entries(patch).filter(
      ([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0,
    ),
  );
}

test('what is typed becomes the values that a file would give', async () => {
  const page = await send({
    title: 'Ours "&" <theirs>',
    'pool.max': '12',
    'pool.ratio': '0.25',
    'pool.idleMs': '1m',
    'constructor.level': 'debug',
    'constructor.quiet': 'true',
    'constructor.maybe': 'true',
    'constructor.tags': 'x\n\n y, z\n',
    'constructor.ports': '[1, 2]',
    'constructor.size': '4',
    'constructor.note': '',
    'constructor.rest': '{ "a": 2 }',
    token: 'other',
    pin: '99',
  });
  expect(page.status).toBe(200);
  const { value } = config;
  expect([value.token.reveal(), value.pin.reveal()]).toEqual(['other', 99]);
  expect(value).toMatchObject({
    title: 'Ours "&" <theirs>',
    pool: { max: 12, ratio: 0.25, idleMs: 60_000, port: 80 },
    constructor: {
      level: 'debug',
      quiet: true,
      maybe: true,
      tags: ['x', ' y, z'],
      ports: [1, 2],
      size: 4,
      note: '',
      rest: { a: 2 },
    },
  });
  expect(config.history().at(-1)).toMatchObject({ version: 2, by: 'ada' });
});

test('an empty field takes a change back, and an empty secret is left alone', async () => {
  await send({ 'pool.max': '12', title: 'x', token: 'other' });
  await send({ 'pool.max': '', title: '', token: '' });
  expect([config.value.pool.max, config.value.title, config.value.token.reveal()]).toEqual([10, undefined, 'other']);
});

test('what only changes at a restart is shown, but neither sent nor taken', async () => {
  const { html, entries } = await get();
  expect(html).toContain('A change needs a restart.');
  expect(entries.map(([name]) => name)).not.toContain('pool.port');
  await send({ 'pool.port': '81', 'pool.prot': '82' });
  expect(config.history()).toHaveLength(1);
});

test('a form of an old page is refused, and overwrites nothing', async () => {
  const old = await get();
  await send({ title: 'by bob', 'pool.max': '20' });
  const refused = await send({ 'constructor.level': 'debug' }, old);
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('The configuration has changed since these values were read: version 2 is in force.');
  expect(config.value).toMatchObject({ title: 'by bob', pool: { max: 20 }, constructor: { level: 'info' } });
  // What comes back shows what is in force, not what the old page had, and can be sent.
  expect(refused.entries).toEqual(expect.arrayContaining([['title', 'by bob']]));
  expect((await send({ 'constructor.level': 'debug' }, refused)).status).toBe(200);
  expect(config.value).toMatchObject({ title: 'by bob', pool: { max: 20 }, constructor: { level: 'debug' } });
});

test('a page is old too when the values are what they were again, or the program was started again with others', async () => {
  const old = await get();
  await config.update({ pool: { max: 20 } });
  await config.update({ pool: { max: 10 } });
  expect((await send({ title: 'x' }, old)).status).toBe(409);

  const again = await definition.load([object({ pool: { max: 30 } })]);
  expect(again.status().version).toBe(1);
  expect(() => again.parseForm(old.entries)).toThrow(ConfigErrors.STALE);
  const same = await definition.load([object({})]);
  expect(flat(same.parseForm(old.entries))).toEqual({});
  await Promise.all([again.close(), same.close()]);
});

test('a form that was compared in time is refused when another change gets its turn before it', async () => {
  const { entries } = await get();
  const first = config.update({ pool: { max: 20 } });
  const patch = config.parseForm([...entries.filter(([name]) => name !== 'pool.max'), ['pool.max', '30']]);
  const second = config.update(patch);
  await first;
  await expect(second).rejects.toMatchObject({ code: 'seaworthy.config.STALE', params: { version: 2 } });
  expect(config.value.pool.max).toBe(20);
});

test('a change that names its version is refused when another one is in force; others follow each other', async () => {
  const { version } = config.status();
  await Promise.all([config.update({ pool: { max: 20 } }, { version }), config.update({ title: 'x' })]);
  const late = config.update({ pool: { max: 30 } }, { version });
  await expect(late).rejects.toMatchObject({ code: 'seaworthy.config.STALE', meta: { httpStatus: 409 } });
  expect(config.value).toMatchObject({ title: 'x', pool: { max: 20 } });
});

test('what is refused for a value can be corrected on the page that comes back', async () => {
  const failed = await send({ title: 'kept', 'pool.max': '0' });
  expect((await send({ 'pool.max': '7' }, failed)).status).toBe(200);
  expect(config.value).toMatchObject({ title: 'kept', pool: { max: 7 } });
});

const wrong = [
  { key: 'pool.max', typed: '0', says: 'expected a whole number from 1 to 50, got 0 (number).' },
  { key: 'pool.max', typed: 'many', says: 'expected a whole number from 1 to 50, got &quot;many&quot; (string).' },
  { key: 'pool.idleMs', typed: 'soon', says: 'expected a duration' },
  { key: 'constructor.level', typed: 'inof', says: 'Did you mean &quot;info&quot;?' },
  { key: 'constructor.ports', typed: '[1', says: 'expected a list, each a port' },
  { key: 'constructor.size', typed: '9', says: 'expected a value that fits its schema' },
];
for (const { key, typed, says } of wrong) {
  test(`${typed} for ${key} is told beside its field, which keeps what was typed: ${says}`, async () => {
    const page = await send({ title: 'kept', [key]: typed });
    expect(page.status).toBe(422);
    expect(page.html).toMatch(new RegExp(`id="config-${key}"[^>]* aria-invalid="true"`));
    expect(page.html).toContain(says);
    const shown = [
      [key, typed],
      ['title', 'kept'],
    ];
    expect(page.entries).toEqual(expect.arrayContaining(shown));
    expect(config.history()).toHaveLength(1);
  });
}

test('no secret is on the page, neither the one in force nor one that was typed', async () => {
  const { html } = await get();
  const failed = await send({ token: 'bad', pin: '12x', 'pool.max': '0' });
  expect(failed.html.match(/got \[redacted\]/g)).toHaveLength(2);
  for (const page of [html, failed.html, definition.form()]) expect(page).not.toMatch(/hunter2|1234|"bad"|12x/);
  expect(html).toContain('There is a value; leave this empty to keep it.');
});

test('every control has a label, and nothing of a value becomes a part of the page', async () => {
  await config.update({ title: '"><script>alert(1)</script>', constructor: { tags: ['</textarea><b>'] } });
  const { html } = await get();
  expect(html).not.toMatch(/<script|<b>/);
  const ids = [...html.matchAll(/<(?:input|select|textarea)[^>]* id="([^"]+)"/g)].map(([, id]) => id);
  const labels = [...html.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
  expect(labels).toEqual(ids);
  expect(ids).toHaveLength(15);
});

test('problems that belong to no field are told above all of them', () => {
  const problems = [{ key: 'pool', source: 'ada', message: 'unknown key.' }];
  expect(definition.form({ problems }).startsWith('<strong role="alert">pool: unknown key.</strong>')).toBe(true);
});

test('a form of what is not loaded yet gives what a file may have', () => {
  const entries = new Map([
    ['title', 'new'],
    ['pool.max', '7'],
  ]);
  expect(flat(definition.parseForm(entries))).toEqual({ title: 'new', pool: { max: 7 } });
});
