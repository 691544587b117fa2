import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { examineFiles, type Examined, type HelperStarter } from '../../src/engine/examine.ts';
import { HelperStopped, startHelpers } from '../../src/engine/helpers.ts';
import type { Deadline } from '../../src/engine/run-rules.ts';
import { createProject } from '../../src/project/project.ts';
import { walk } from '../../src/project/walk.ts';
import { rules } from '../fixtures/file-packs.ts';
import { writeProject, type Files } from '../support/project.ts';

const packs = new URL('../fixtures/file-packs.ts', import.meta.url).href;
const patient: Deadline = {
  timeoutMs: 60_000,
  run: (task) => task(AbortSignal.timeout(60_000)),
  isTimeout: () => false,
};
const enough = 1e9;

/** Twenty parts, so that a helper gets one as soon as it is there; this thread waits for it before its first. */
const files: Files = Object.fromEntries(
  Array.from({ length: 1_280 }, (_, index) => [`f${index}.ts`, `danger(${index});`]),
);

async function examine(extra: Files, bytes: number): Promise<Examined & { readonly problemsOfFiles: number }> {
  const root = writeProject({ ...files, ...extra });
  const project = createProject(root, await walk(root, '.'));
  const start: HelperStarter = (work) =>
    startHelpers({ root, packs, settings: {}, ruleTimeoutMs: 1_000, rules: work.rules, facts: work.facts }, bytes);
  const examined = await examineFiles(project, rules, { withDeadline: patient, startHelpers: start });
  return { ...examined, problemsOfFiles: project.problems().length };
}

/** Hands every part to a helper: which thread is quicker must not decide what a test sees. */
async function ask(extra: Files): Promise<unknown> {
  const root = writeProject(extra);
  const { entries } = await walk(root, '.');
  const facts = { manifest: undefined, dependencies: new Set<string>(), shape: 'unknown' } as const;
  const ids = rules.map(({ id }) => id);
  const helpers = startHelpers(
    { root, packs, settings: { 'SEA-R911': 'info' }, ruleTimeoutMs: 1_000, rules: ids, facts },
    enough,
  );
  try {
    return await helpers.list[0]!.examine({ entries, without: [] });
  } finally {
    await helpers.close();
  }
}

test.runIf(availableParallelism() > 1)(
  'a helper finds what this thread would find, and the settings hold there',
  async () => {
    const answer = await ask({ 'a.ts': 'danger();', 'b.ts': 'let = = ;', 'c.ts': 'fine();' });
    expect(answer).toMatchObject({
      problems: [],
      files: [
        {
          path: 'a.ts',
          isOpen: true,
          findings: [{ rule: 'SEA-R911', raw: { file: 'a.ts', message: 'danger is written.' } }],
        },
        { path: 'b.ts', isOpen: false, problems: [{ kind: 'unparsable', file: 'b.ts' }], findings: [] },
        { path: 'c.ts', isOpen: true, findings: [] },
      ],
    });
  },
);

for (const { word, kind, rule } of [
  { word: 'block', kind: 'rule-timeout', rule: 'SEA-R912' },
  { word: 'leave', kind: 'rule-crashed', rule: 'SEA-R913' },
]) {
  test.runIf(availableParallelism() > 1)(`a rule that takes a helper with it is named (${word})`, async () => {
    const stopped = await ask({ 'a.ts': `${word}();` }).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(HelperStopped);
    expect(stopped).toMatchObject({ stopped: { rule, kind } });
  });
}

test('the result is the same with helpers and without, and what is broken is reported once', async () => {
  const broken = { 'g.ts': 'let = = ;', 'f700.ts': 'let = = ;' };
  const [alone, helped] = [await examine(broken, 0), await examine(broken, enough)];
  expect(helped).toEqual(alone);
  expect([alone.findings.length, alone.problemsOfFiles]).toEqual([1_279, 2]);
});
