import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { copyRepository, type Copy } from '../support/copy.ts';

// Each net is shown a fault in a copy of this repository, and the copy is mended afterwards. `generators.test.ts` shows one to
// check:api, since it has built something.
let copy: Copy;
const broken = new Map<string, string>();

beforeAll(async () => {
  copy = await copyRepository();
}, 120_000);
afterAll(() => copy?.remove());
afterEach(() => {
  for (const [file, text] of broken) writeFileSync(join(copy.folder, file), text);
  broken.clear();
});

/** Puts text at the end of a file of the copy until the test is over. */
function append(file: string, text: string): void {
  const path = join(copy.folder, file);
  broken.set(file, readFileSync(path, 'utf8'));
  appendFileSync(path, text);
}

/** The answer of a script that fails and says all of this, in this order. */
function failure(...messages: readonly string[]): object {
  const inOrder = messages.map((message) => message.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('[^]*');
  return expect.objectContaining({ code: 1, output: expect.stringMatching(new RegExp(inOrder)) });
}

test('check:layers tells a room that imports another room, and a dependency that is not declared', async () => {
  append('packages/flags/src/index.ts', "\nexport { createLogger } from '@seaworthy/logger';\n");
  append('packages/errors/src/index.ts', "\nexport { parse } from 'yaml';\n");
  const answer = await copy.npmRun('check:layers');
  expect(answer).toEqual(failure('packages/flags/src/index.ts:', 'the floor of @seaworthy/flags is room'));
  expect(answer).toEqual(failure('packages/errors/src/index.ts:', '"yaml" is imported and not declared'));
});

test('check:docs tells a README whose block does not do what it says', async () => {
  append('packages/errors/README.md', '\n```ts\nconst two = 1 + 1;\ntwo; // => 3\n```\n');
  expect(await copy.npmRun('check:docs', 'packages/errors/README.md')).toEqual(
    failure('packages/errors/README.md:', 'the document says 3, and it is 2'),
  );
});

test('npm test fails when a test fails', async () => {
  const file = 'packages/errors/test/seeded.test.ts';
  writeFileSync(
    join(copy.folder, file),
    "import { expect, test } from 'vitest';\ntest('two is three', () => expect(2).toBe(3));\n",
  );
  expect(await copy.npmRun('test', 'errors', file)).toEqual(failure('two is three'));
  writeFileSync(join(copy.folder, file), '');
});

test('check tells which net failed, what it said, and exits with 1', async () => {
  append('packages/errors/src/index.ts', `\n// ${['FIX', 'ME'].join('')}\n`);
  expect(await copy.npmRun('check', 'words', 'workflows')).toEqual(
    failure('FAILED', '--- npm run check:words ---', 'packages/errors/src/index.ts:', '1 of 2 nets hold.'),
  );
});

test('check refuses a net that there is not', async () => {
  const { code, output } = await copy.npmRun('check', 'wrods');
  expect(output).toContain('There is no net named wrods.');
  expect(code).toBe(2);
});
