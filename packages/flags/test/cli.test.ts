import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../src/cli.ts';
import { toggle } from './make.ts';

let directory = '';
const metadata = { owner: 'team-a', expiry: '2027-01-01' };
const fractional = (on: number, off: number): object => ({
  fractional: [
    ['on', on],
    ['off', off],
  ],
});
const no = { if: [{ '==': [{ var: 'country' }, 'NO'] }, 'on', 'off'] };
const documents = {
  'clean.json': { flags: { beta: toggle('off', { metadata, targeting: no }) } },
  'careless.json': {
    flags: {
      beta: toggle('off'),
      shares: toggle('off', { metadata, targeting: fractional(30, 30) }),
      shadowed: toggle('off', { metadata, targeting: { if: [true, 'on', no, 'off'] } }),
      gone: toggle('maybe', { metadata }),
    },
  },
  'old.json': {
    flags: {
      expired: toggle('off', { metadata: { ...metadata, expiry: '2025-01-01' }, targeting: no }),
      same: toggle('on', { metadata, targeting: { if: [no, 'on', null] } }),
      stop: toggle('on', { metadata: { owner: 'team-a', kind: 'kill-switch' } }),
      used: toggle('off', { metadata, targeting: no }),
    },
  },
  'shares.json': { flags: { shares: toggle('off', { targeting: fractional(30, 70) }) } },
  'needs.json': {
    flags: { base: toggle('on'), extra: toggle('off', { targeting: { if: [{ flag: ['base', 'on'] }, 'on'] } }) },
  },
  'evaluated.json': ['expired', 'same', 'stop'],
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flags-cli-'));
  for (const [name, document] of Object.entries(documents)) {
    await writeFile(join(directory, name), JSON.stringify(document));
  }
  await writeFile(join(directory, 'broken.json'), '{');
});
afterAll(() => rm(directory, { recursive: true }));

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  return { code: await runCli(args, { directory, stdout, stderr }), out, err };
}

async function findings(...args: readonly string[]): Promise<{ code: number; found: readonly string[] }> {
  const { code, out } = await run(...args, '--json');
  const found: readonly { rule: string; path: string }[] = JSON.parse(out);
  return { code, found: found.map(({ rule, path }) => `${rule} ${path}`) };
}

test('lint finds nothing in a clean file and exits with 0', async () => {
  expect(await findings('lint', 'clean.json')).toEqual({ code: 0, found: [] });
});

test('lint tells what is wrong and what is careless, and exits with 1', async () => {
  expect(await findings('lint', 'careless.json')).toEqual({
    code: 1,
    found: [
      'invalid flags.gone.defaultVariant',
      'no-owner flags.beta.metadata.owner',
      'no-expiry flags.beta.metadata.expiry',
      'weights flags.shares.targeting.fractional',
      'unreachable flags.shadowed.targeting.if[2]',
    ],
  });
});

test('stale tells expired flags, flags with one variant and flags nobody evaluated', async () => {
  expect(await findings('stale', 'old.json', '--now', '2026-06-01', '--evaluated', 'evaluated.json')).toEqual({
    code: 1,
    found: ['expired flags.expired.metadata.expiry', 'one-variant flags.same.targeting', 'never-evaluated flags.used'],
  });
});

test('list shows the flags, whose they are and until when', async () => {
  expect(await run('list', 'old.json')).toEqual({
    code: 0,
    out: [
      'expired  ENABLED  off  team-a  2025-01-01\n',
      'same     ENABLED  on   team-a  2027-01-01\n',
      'stop     ENABLED  on   team-a  kill-switch\n',
      'used     ENABLED  off  team-a  2027-01-01\n',
    ].join(''),
    err: '',
  });
  const { out } = await run('list', 'clean.json', '--json');
  expect(JSON.parse(out)).toEqual([
    { key: 'beta', state: 'ENABLED', defaultVariant: 'off', variants: ['on', 'off'], ...metadata },
  ]);
});

test('explain shows the bucket, its place and what was hashed', async () => {
  const { out } = await run('explain', 'shares.json', 'shares', '--context', '{"targetingKey":"ada"}');
  expect(out).toMatch(/^ {4}bucket [12] of 2: place \d+ of 100, bucketing v2 of "sharesada"$/m);
});

test('explain shows each condition and why the value is what it is', async () => {
  const { code, out } = await run('explain', 'clean.json', 'beta', '--context', '{"country":"NO"}');
  expect(out).toBe(
    'beta: true\n  targeting.if[0]  true  taken\n  targeting.if[1]  "on"\nThe targeting answers "on" at targeting.if[1]: the variant is "on".\n',
  );
  expect(code).toBe(0);
});

test('explaining a flag that is not there exits with 1', async () => {
  const { code, out } = await run('explain', 'clean.json', 'absent');
  expect({ code, says: out.includes('There is no flag "absent"') }).toEqual({ code: 1, says: true });
});

const plain = {
  flags: { base: toggle('on'), extra: toggle('off', { targeting: { if: [{ '!!': [true] }, 'on'] } }) },
};

test('export writes plain flagd to standard output, in one line with --json', async () => {
  const { code, out } = await run('export', 'needs.json');
  expect({ code, document: JSON.parse(out) as unknown }).toEqual({ code: 0, document: plain });
  expect((await run('export', 'needs.json', '--json')).out).toBe(`${JSON.stringify(plain)}\n`);
});

test('export writes to a file', async () => {
  expect(await run('export', 'needs.json', '--out', 'plain.json')).toEqual({ code: 0, out: '', err: '' });
  expect(JSON.parse(await readFile(join(directory, 'plain.json'), 'utf8'))).toEqual(plain);
});

test('export exits with 3 where it cannot write, or the document is not valid', async () => {
  const unwritten = await run('export', 'needs.json', '--out', 'absent/plain.json');
  expect({ code: unwritten.code, says: unwritten.err.includes('cannot be written to absent/plain.json') }).toEqual({
    code: 3,
    says: true,
  });
  const { code, err } = await run('export', 'careless.json');
  expect({ code, says: err.includes('"maybe", which is no variant') }).toEqual({ code: 3, says: true });
});

const wrong = [
  { args: ['polish', 'clean.json'], says: 'no command "polish"' },
  { args: ['lint'], says: 'takes one file' },
  { args: ['lint', 'clean.json', '--now', '2026-01-01'], says: 'no option --now' },
  { args: ['lint', 'clean.json', '--shiny'], says: '--shiny' },
  { args: ['stale', 'old.json', '--now', 'soon'], says: 'no date' },
  { args: ['export', 'needs.json', '--bucketing', 'v4'], says: 'not v1, v2 or v3' },
  { args: ['explain', 'clean.json', 'beta', '--bucketing', 'v4'], says: 'not v1, v2 or v3' },
  { args: ['explain', 'clean.json', 'beta', '--context', '[]'], says: 'no JSON object' },
];
for (const { args, says } of wrong) {
  test(`"${args.join(' ')}" is wrong usage and exits with 2`, async () => {
    const { code, err } = await run(...args);
    expect({ code, says: err.includes(says) }).toEqual({ code: 2, says: true });
  });
}

for (const { file, says } of [
  { file: 'absent.json', says: 'cannot be read' },
  { file: 'broken.json', says: 'not JSON' },
]) {
  test(`a file that is ${says} exits with 3`, async () => {
    const { code, err } = await run('lint', file);
    expect({ code, says: err.includes(says) }).toEqual({ code: 3, says: true });
  });
}

test('--help prints the usage and exits with 0', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage') });
});
