import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  checkLock,
  createLock,
  lockText,
  readLock,
  reportText,
  subject,
  writeLock,
  type AnySubject,
  type LockCheckOptions,
  type SchemaLock,
} from '../src/index.ts';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });
const up = (value: unknown): never => value as never;
const first = z.object({ id: z.string() });
const v1 = subject('shop.order', first);
const v2 = v1.version(2, z.object({ id: z.string(), qty: z.int().default(1) }), { up });
const breaking = v1.version(2, z.object({ id: z.string(), qty: z.int() }), { up });
const edited = subject('shop.order', z.object({ id: z.int() }));
const withoutUp = v1.version(2, z.object({ id: z.int() }), {} as never);
const user = subject('shop.user', z.object({ name: z.string() }));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seaworthy-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function rules(subjects: readonly AnySubject[], lock: SchemaLock, options?: LockCheckOptions) {
  const { problems, passed } = checkLock(subjects, lock, options);
  return { rules: problems.map(({ rule, subject: name, version }) => `${rule} ${name} ${version}`), passed };
}

describe('a check', () => {
  const lock = createLock([v1, user]);
  const cases: readonly { what: string; subjects: readonly AnySubject[]; rules: readonly string[]; passed: boolean }[] =
    [
      { what: 'nothing changed', subjects: [user, v1], rules: [], passed: true },
      { what: 'a version is added that fits', subjects: [v2, user], rules: ['not-locked shop.order 2'], passed: true },
      {
        what: 'a version is added that breaks',
        subjects: [breaking, user],
        rules: ['incompatible shop.order 2', 'not-locked shop.order 2'],
        passed: false,
      },
      {
        what: 'a breaking step has no `up`',
        subjects: [withoutUp, user],
        rules: ['incompatible shop.order 2', 'not-locked shop.order 2', 'missing-up shop.order 2'],
        passed: false,
      },
      {
        what: 'a published version was edited',
        subjects: [edited, user],
        rules: ['edited-version shop.order 1'],
        passed: false,
      },
      { what: 'a subject was removed', subjects: [v1], rules: ['removed-version shop.user 1'], passed: false },
      {
        what: 'a subject is new',
        subjects: [v1, user, subject('new', first)],
        rules: ['not-locked new 1'],
        passed: true,
      },
      {
        what: 'only a description changed',
        subjects: [subject('shop.order', first.describe('x')), user],
        rules: ['docs-changed shop.order 1'],
        passed: true,
      },
    ];
  for (const { what, subjects, rules: expected, passed } of cases) {
    test(`${what}: ${passed ? 'passes' : 'fails'}`, () => {
      expect(rules(subjects, lock)).toEqual({ rules: expected, passed });
    });
  }

  test('a removed version fails', () => {
    expect(rules([v1], createLock([v2]))).toEqual({ rules: ['removed-version shop.order 2'], passed: false });
  });

  test('an edit is told with what changed', () => {
    const [problem] = checkLock([edited, user], lock).problems;
    expect(problem?.differences[0]).toMatchObject({ path: 'id', type: 'type-changed', breaking: true });
  });

  test('a breaking step without `up` fails also where every change is allowed', () => {
    const { problems, passed } = checkLock([withoutUp, user], lock, { compatibility: 'NONE' });
    expect(problems.map(({ rule }) => rule)).toEqual(['not-locked', 'missing-up']);
    expect(passed).toBe(false);
  });

  test('an `up` that was there must stay', () => {
    const locked = createLock([v2]);
    const lost = v1.version(2, z.object({ id: z.string(), qty: z.int().default(1) }), {} as never);
    expect(rules([lost], locked).rules).toEqual(['missing-up shop.order 2']);
  });

  test('new versions are compared with what is locked, not with what the code says now', () => {
    const hidden = edited.version(2, z.object({ id: z.int() }), { up });
    expect(rules([hidden, user], lock).rules).toEqual([
      'edited-version shop.order 1',
      'incompatible shop.order 2',
      'not-locked shop.order 2',
    ]);
  });

  test('a strict one fails on warnings', () => {
    expect(rules([v2, user], lock, { strict: true }).passed).toBe(false);
  });

  test('a rule in code is a warning', () => {
    const refined = v1.version(2, z.object({ id: z.string().refine(Boolean) }), { up });
    const { problems } = checkLock([refined, user], lock);
    expect(problems[0]).toMatchObject({ rule: 'undecided', severity: 'warning' });
  });

  test('an exemption lets a version through, and says why', () => {
    const exemptions = [{ subject: 'shop.order', version: 2, reason: 'Nobody reads version 1 any more.' }];
    const report = checkLock([breaking, user], { ...lock, exemptions });
    expect(report).toMatchObject({ passed: true, problems: [{ exemptedBy: 'Nobody reads version 1 any more.' }, {}] });
  });

  test('the mode decides', () => {
    const widened = v1.version(2, z.object({ id: z.union([z.string(), z.int()]) }), { up });
    expect(rules([widened, user], lock, { compatibility: 'BACKWARD' }).passed).toBe(true);
    expect(rules([widened, user], lock, { compatibility: 'FULL' }).passed).toBe(false);
  });

  test('a subject named like a property of every object is no surprise', () => {
    const odd = subject('constructor', first);
    expect(rules([odd], createLock([])).rules).toEqual(['not-locked constructor 1']);
    expect(rules([odd], createLock([odd])).rules).toEqual([]);
  });
});

describe('the text of a lock', () => {
  test('does not depend on the order of subjects and keys', () => {
    const other = subject('shop.user', z.object({ name: z.string() }));
    expect(lockText(createLock([v2, user]))).toBe(lockText(createLock([other, v2])));
  });

  test('a version that is added adds lines and changes none', () => {
    const [before, after] = [lockText(createLock([v1, user])), lockText(createLock([v2, user]))];
    const withoutCommas = (text: string) => text.split('\n').map((line) => line.replace(/,$/, ''));
    const left = withoutCommas(after);
    for (const line of withoutCommas(before)) {
      const index = left.indexOf(line);
      expect(index).toBeGreaterThanOrEqual(0);
      left.splice(0, index + 1);
    }
  });
});

describe('a file', () => {
  const file = () => join(directory, 'schemas.lock.json');

  test('is read as it was written, and nothing is left beside it', async () => {
    const lock = createLock([v2, user]);
    await writeLock(file(), lock);
    await writeLock(file(), lock);
    expect(await readLock(file())).toEqual(JSON.parse(JSON.stringify(lock)));
    expect(await readdir(directory)).toEqual(['schemas.lock.json']);
  });

  test('that is not there is no lock', async () => {
    expect(await readLock(file())).toBeUndefined();
  });

  test('keeps exemptions when it is written anew', () => {
    const exemptions = [{ subject: 'a', version: 2, reason: 'Old.' }];
    expect(createLock([v2], { ...createLock([v1]), exemptions }).exemptions).toEqual(exemptions);
  });

  const broken: readonly { readonly what: string; readonly text: string; readonly says: string }[] = [
    { what: 'no JSON', text: '{', says: 'JSON' },
    { what: 'a conflict', text: '{\n<<<<<<< ours\n', says: 'conflicts of a merge' },
    { what: 'another version', text: '{"lockVersion":2,"subjects":{},"exemptions":[]}', says: 'no lock of version 1' },
    { what: 'a list', text: '[]', says: 'no lock of version 1' },
    {
      what: 'a version without a schema',
      text: '{"lockVersion":1,"exemptions":[],"subjects":{"a":{"1":{}}}}',
      says: 'no lock',
    },
  ];
  for (const { what, text, says } of broken) {
    test(`with ${what} is refused`, async () => {
      await writeFile(file(), text);
      await expect(readLock(file())).rejects.toThrow(codeOf('UNREADABLE_LOCK'));
      await expect(readLock(file())).rejects.toThrow(says);
    });
  }

  test('with an exemption without a reason is refused', async () => {
    await writeFile(file(), '{"lockVersion":1,"exemptions":[{"subject":"a","version":2,"reason":""}],"subjects":{}}');
    await expect(readLock(file())).rejects.toThrow(codeOf('INVALID_EXEMPTION'));
  });

  test('that cannot be written leaves the old one whole', async () => {
    await expect(writeLock(join(directory, 'nowhere', 'lock.json'), createLock([v1]))).rejects.toThrow(
      codeOf('UNWRITABLE_LOCK'),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  test('with a mark of its encoding is read', async () => {
    await writeFile(file(), `\uFEFF${lockText(createLock([v1]))}`);
    expect(rules([v1], (await readLock(file())) as SchemaLock).rules).toEqual([]);
    expect(await readFile(file(), 'utf8')).toContain('shop.order');
  });
});

describe('a report', () => {
  const lock = createLock([v1, user]);
  const report = checkLock([breaking, user], lock);

  test('as text tells the data that breaks and what could be done', () => {
    const text = reportText(report, 'text');
    expect(text).toContain('error  incompatible  Version 2 of "shop.order" breaks BACKWARD');
    expect(text).toContain('  qty  required-added  {"id":""}\n    fix  Make the property optional');
    expect(text.trimEnd().split('\n').at(-1)).toBe('failed: 1 errors, 1 warnings, 0 exempted in 3 versions');
  });

  test('as JSON is read by a program', () => {
    expect(JSON.parse(reportText(report, 'json'))).toMatchObject({ schemaVersion: 1, passed: false, checked: 3 });
  });

  test('for GitHub is one command for each problem, and no text begins another', () => {
    const message = 'first\n::set-output name=a::b%';
    const hostile = { ...report, problems: report.problems.map((problem) => ({ ...problem, message })) };
    const lines = reportText(hostile, 'github').trimEnd().split('\n');
    expect(lines).toEqual([
      '::error title=schema incompatible::first%0A::set-output name=a::b%25',
      '::warning title=schema not-locked::first%0A::set-output name=a::b%25',
    ]);
  });

  test('as JUnit is XML, whatever the texts hold', () => {
    const message = '<&"\u0000\uD800>';
    const hostile = { ...report, problems: report.problems.map((problem) => ({ ...problem, message })) };
    const text = reportText(hostile, 'junit');
    expect(text).toContain('tests="3" failures="1"');
    expect(text).toContain('<failure message="&lt;&amp;&quot;\uFFFD\uFFFD&gt;">');
  });

  test('of nothing says that it passed', () => {
    expect(reportText(checkLock([v1, user], lock), 'text')).toBe(
      'passed: 0 errors, 0 warnings, 0 exempted in 2 versions\n',
    );
    expect(reportText(checkLock([v1, user], lock), 'github')).toBe('');
  });
});
