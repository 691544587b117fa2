import { describe, expect, test } from 'vitest';
import { hiddenLines, type SecretiveFile } from '../src/engine/secrets/hidden-lines.ts';
import { audit } from '../src/handlers/audit.ts';
import { formats, type Format } from '../src/reporters/formats.ts';
import { packs } from '../src/rules/packs.ts';
import { fakeIo } from './support/io.ts';
import { openProject, writeProject, type Files } from './support/project.ts';
import { makePack, makeRule } from './support/rules.ts';

const planted = 'hunter2hunter2';
const base64 = Buffer.from(planted).toString('base64');
const service = { 'package.json': '{ "name": "orders", "private": true, "dependencies": { "express": "5" } }' };

/** Finds something in every line of every file. */
const everyLine = makeRule({
  id: 'SEA-R902',
  check: (project) =>
    project
      .files(
        'script',
        'dockerfile',
        'compose',
        'kubernetes',
        'workflow',
        'yaml',
        'json',
        'package-json',
        'env',
        'other',
      )
      .flatMap((file) =>
        file.text.split('\n').map((_, index) => ({
          file: file.path,
          position: { line: index + 1, column: 1 },
          message: 'Here is a line.',
        })),
      ),
});

const projects: readonly { readonly what: string; readonly files: Files }[] = [
  { what: 'a Dockerfile', files: { Dockerfile: `FROM node:18\nENV DB_PASSWORD=${planted}\nCMD npm start\n` } },
  {
    what: 'an instruction of several lines',
    files: { Dockerfile: `FROM node:18\nENV A=1 \\\n  B=2 \\\n  DB_PASSWORD=${planted}\nCMD npm start\n` },
  },
  { what: 'the old form of ENV', files: { Dockerfile: `FROM node:18\nENV DB_PASSWORD ${planted}\nCMD npm start\n` } },
  {
    what: 'a command in a Dockerfile',
    files: { Dockerfile: `FROM node:18\nRUN npm config set _authToken=${planted}\nCMD npm start\n` },
  },
  {
    what: 'a suppressed finding',
    files: {
      Dockerfile: `FROM node:18\n# seaworthy-ignore-next-line SEA-R094: it is public\nENV DB_PASSWORD=${planted}\nCMD npm start\n`,
    },
  },
  {
    what: 'the data of a Kubernetes Secret',
    files: { 'k8s/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  first: ${base64}\n` },
  },
  {
    what: 'the text of a Kubernetes Secret',
    files: { 'k8s/a.yaml': `apiVersion: v1\nkind: Secret\nstringData:\n  a: |\n    user\n    ${planted}\n` },
  },
  {
    what: 'a Kubernetes Secret in a list',
    files: {
      'k8s/a.yaml': `apiVersion: v1\nkind: List\nitems:\n  - kind: Secret\n    data:\n      a: ${base64}\n  - kind: Pod\n`,
    },
  },
  {
    what: 'a variable of a Kubernetes container',
    files: {
      'k8s/a.yaml': `apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: a\n          env:\n            - name: DB_PASSWORD\n              value: ${planted}\n`,
    },
  },
  {
    what: 'a compose file',
    files: {
      'compose.yaml': `services:\n  db:\n    image: postgres\n    environment:\n      DB_PASSWORD: ${planted}\n`,
    },
  },
  {
    what: 'a list of variables in a compose file',
    files: {
      'compose.yaml': `services:\n  db:\n    image: postgres\n    environment:\n      - DB_PASSWORD=${planted}\n`,
    },
  },
  {
    what: 'a workflow',
    files: {
      '.github/workflows/ci.yml': `on: push\nenv:\n  API_KEY: ${planted}\njobs: { a: { runs-on: x, steps: [] } }\n`,
    },
  },
  { what: 'settings in JSON', files: { 'settings.json': `{\n  "password": "${planted}"\n}\n` } },
  { what: 'an environment file', files: { '.env': `A=1\nB=${planted}\n` } },
  { what: 'a script', files: { 'src/a.ts': `eval(a);\nconst apiKey = '${planted}';\nconsole.log(apiKey);\n` } },
  {
    what: 'a script that goes to the browser',
    files: { 'public/a.js': `eval(a);\nconst apiKey = '${planted}';\ndebugger;\n` },
  },
  {
    what: 'an address with a password',
    files: { 'src/a.ts': `eval(a);\nconnect('postgres://orders:${planted}@db.shop.net/orders');\neval(b);\n` },
  },
  {
    what: 'a YAML file that does not parse',
    files: { 'k8s/a.yaml': `apiVersion: v1\nkind: Secret\ndata: "a" ${planted}\n` },
  },
];

async function report(files: Files, format: Format, config = '{}'): Promise<string> {
  const io = fakeIo({ cwd: writeProject({ ...service, ...files, 'seaworthy.config.json': config }) });
  await audit({ format }, '.', io, [...packs, makePack(everyLine)]);
  return io.out();
}

describe.for(projects)('the secret in $what', ({ files }) => {
  test.for(formats)('is in no report: %s', async (format) => {
    const text = await report(files, format);
    expect(text).toContain('SEA-R902');
    expect(text).not.toMatch(new RegExp(`hunter2|${base64}`));
  });

  test('is in no report when the rules for secrets are off', async () => {
    const rules = Object.fromEntries(['SEA-R052', 'SEA-R053', 'SEA-R057', 'SEA-R094'].map((id) => [id, 'off']));
    const text = await report(files, 'json', JSON.stringify({ rules }));
    expect(text).not.toMatch(new RegExp(`hunter2|${base64}`));
  });
});

test('the lines beside a secret are still shown', async () => {
  const { findings } = JSON.parse(
    await report({ Dockerfile: `FROM node:18\nENV DB_PASSWORD=${planted}\nCMD npm start\n` }, 'json'),
  );
  const shown = findings
    .filter(({ file, rule }: Readonly<Record<string, string>>) => file === 'Dockerfile' && rule === 'SEA-R902')
    .map(({ line, snippet }: Readonly<Record<string, { readonly lines: unknown }>>) => [line, snippet?.lines]);
  expect(shown).toEqual([
    [1, ['FROM node:18', '[hidden]']],
    [2, undefined],
    [3, ['[hidden]', 'CMD npm start']],
    [4, ['CMD npm start', '']],
  ]);
});

test('a fingerprint tells nothing of a secret in its line', async () => {
  const printOf = async (value: string): Promise<string> => {
    const { findings } = JSON.parse(await report({ Dockerfile: `FROM node:18\nENV DB_PASSWORD=${value}\n` }, 'json'));
    return findings
      .filter(({ file, line }: Readonly<Record<string, unknown>>) => file === 'Dockerfile' && line === 2)
      .map(({ fingerprint }: Readonly<Record<string, string>>) => fingerprint);
  };
  expect(await printOf(planted)).toEqual(await printOf('another-value-1'));
});

const harmless: readonly (readonly [path: string, text: string])[] = [
  ['Dockerfile', 'FROM node:24\nENV DB_PASSWORD_FILE=/run/secrets/db\nENV TOKEN=$TOKEN\n'],
  ['compose.yaml', 'services:\n  a:\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD}\n      TOKEN:\n'],
  ['k8s/a.yaml', 'apiVersion: v1\nkind: Pod\nspec:\n  secretName: a\n  token: true\n'],
  ['a.ts', 'const password: string = read();\nconst token = request.token;\nconst key = { secret: "secret" };\n'],
  ['settings.json', '{ "tokens": 3, "password": "" }\n'],
];

for (const [path, text] of harmless) {
  test(`${path} hides no line that only speaks of secrets`, async () => {
    expect([...hiddenLines(await open(path, text), [])]).toEqual([]);
  });
}

const long: readonly (readonly [what: string, text: string])[] = [
  ['one word', 'a'.repeat(300_000)],
  ['blanks', `ENV${' '.repeat(300_000)}`],
  ['open quotes', 'token="'.repeat(30_000)],
  ['names', 'token:'.repeat(30_000)],
];

for (const [what, text] of long) {
  test(`a long text of ${what} is looked through in one go`, async () => {
    const file = await open('notes.txt', text);
    // Time of the processor: one go takes milliseconds of it, one for each character minutes.
    const before = process.cpuUsage();
    hiddenLines(file, []);
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
}

test('a finding that is sensitive as a whole hides its whole file', async () => {
  const file = await open('a.ts', 'a;\nb;\nc;');
  expect([...hiddenLines(file, [{ file: 'a.ts', message: 'x', sensitive: true }])]).toEqual([1, 2, 3]);
});

test('a sensitive finding hides the lines it covers', async () => {
  const file = await open('a.ts', 'a;\nb;\nc;\nd;');
  const finding = { file: 'a.ts', message: 'x', sensitive: true, position: { line: 2, column: 1 } };
  expect([...hiddenLines(file, [finding])]).toEqual([2]);
  expect([...hiddenLines(file, [{ ...finding, end: { line: 3, column: 2 } }])]).toEqual([2, 3]);
  expect([...hiddenLines(file, [{ ...finding, end: { line: 2 ** 40, column: 2 } }])]).toEqual([2, 3, 4]);
});

async function open(path: string, text: string): Promise<SecretiveFile> {
  const { files } = await openProject({ [path]: text });
  return files[0]!;
}
