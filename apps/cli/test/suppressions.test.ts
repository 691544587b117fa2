import { expect, test } from 'vitest';
import { applySuppressions } from '../src/engine/suppressions/apply.ts';
import { readSuppressions, type Suppression } from '../src/engine/suppressions/comments.ts';
import { openProject } from './support/project.ts';
import { makeRule } from './support/rules.ts';

async function suppressionsIn(path: string, text: string): Promise<readonly Suppression[]> {
  const project = await openProject({ [path]: text });
  project.view.file(path);
  return project.files.flatMap(readSuppressions);
}

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly text: string;
  readonly found: readonly (readonly [line: number, rules: readonly string[], reason: string])[];
}

const cases: readonly Case[] = [
  {
    name: 'a line comment',
    text: '// seaworthy-ignore-next-line SEA-R012: it is a tool\nexit();',
    found: [[2, ['SEA-R012'], 'it is a tool']],
  },
  {
    name: 'a block comment',
    text: '/* seaworthy-ignore-next-line SEA-R012:\n so it is */\nexit();',
    found: [[3, ['SEA-R012'], 'so it is']],
  },
  {
    name: 'a comment in JSX',
    path: 'a.jsx',
    text: '<a>\n{/* seaworthy-ignore-next-line SEA-R012: why */}\n<b/></a>;',
    found: [[3, ['SEA-R012'], 'why']],
  },
  {
    name: 'several rules',
    text: '// seaworthy-ignore-next-line SEA-R012, SEA-R013: both: yes\nexit();',
    found: [[2, ['SEA-R012', 'SEA-R013'], 'both: yes']],
  },
  {
    name: 'comments one above the other',
    text: '// seaworthy-ignore-next-line SEA-R012: a\n// seaworthy-ignore-next-line SEA-R013: b\nexit();',
    found: [
      [3, ['SEA-R012'], 'a'],
      [3, ['SEA-R013'], 'b'],
    ],
  },
  { name: 'no reason', text: '// seaworthy-ignore-next-line SEA-R012\nexit();', found: [[2, ['SEA-R012'], '']] },
  { name: 'no rule', text: '// seaworthy-ignore-next-line: because\nexit();', found: [[2, [], 'because']] },
  { name: 'a string that looks like one', text: 'const a = "// seaworthy-ignore-next-line SEA-R012: no";', found: [] },
  { name: 'a sentence that mentions one', text: '// write seaworthy-ignore-next-line above it', found: [] },
  {
    name: 'YAML',
    path: 'compose.yaml',
    text: 'services:\n  # seaworthy-ignore-next-line SEA-R031: it is for one machine\n  app: {}\n',
    found: [[3, ['SEA-R031'], 'it is for one machine']],
  },
  {
    name: 'a Dockerfile',
    path: 'Dockerfile',
    text: '# seaworthy-ignore-next-line SEA-R040: pinned elsewhere\nFROM node\n',
    found: [[2, ['SEA-R040'], 'pinned elsewhere']],
  },
  { name: 'Markdown', path: 'README.md', text: '# seaworthy-ignore-next-line SEA-R040: no\n', found: [] },
  { name: 'a file that does not parse', text: '// seaworthy-ignore-next-line SEA-R012: a\nlet =', found: [] },
];

for (const { name, path = 'a.ts', text, found } of cases) {
  test(`${name}: ${found.length} suppressions`, async () => {
    const suppressions = await suppressionsIn(path, text);
    expect(suppressions.map(({ line, rules, reason }) => [line, rules, reason])).toEqual(found);
  });
}

const rule = makeRule({ id: 'SEA-R012' });
const at = (
  line: number,
): {
  readonly rule: typeof rule;
  readonly raw: { file: string; message: string; position: { line: number; column: number } };
} => ({
  rule,
  raw: { file: 'a.ts', message: 'x', position: { line, column: 1 } },
});

function suppression(parts: Partial<Suppression>): Suppression {
  return { file: 'a.ts', position: { line: 1, column: 1 }, line: 2, rules: ['SEA-R012'], reason: 'why', ...parts };
}

function apply(suppressions: readonly Suppression[], finished: readonly string[] = ['SEA-R012', 'SEA-R013']): unknown {
  const known = new Set(['SEA-R012', 'SEA-R013']);
  const result = applySuppressions({ findings: [at(2), at(5)], suppressions, known, finished: new Set(finished) });
  return [
    result.suppressed,
    ...result.findings.map(({ rule: { id }, raw }) => `${id} ${raw.position?.line} ${raw.message}`),
  ];
}

test('a finding in the next line is held back, and only that one', () => {
  expect(apply([suppression({})])).toEqual([1, 'SEA-R012 5 x']);
});

const remarks: readonly (readonly [name: string, parts: Partial<Suppression>, message: string])[] = [
  ['holds nothing back', { line: 3 }, 'The suppression holds nothing back: SEA-R012 has no finding in line 3.'],
  [
    'is for another rule',
    { rules: ['SEA-R013'] },
    'The suppression holds nothing back: SEA-R013 has no finding in line 2.',
  ],
  [
    'names a rule that is not there',
    { rules: ['SEA-R999'] },
    'The suppression names SEA-R999, and there is no such rule.',
  ],
  ['gives no reason', { reason: '' }, 'The suppression of SEA-R012 gives no reason and has no effect.'],
  ['names no rule', { rules: [] }, 'The suppression names no rule and has no effect.'],
];

for (const [name, parts, message] of remarks) {
  test(`a suppression that ${name} is reported`, () => {
    expect(apply([suppression(parts)])).toEqual([0, 'SEA-R012 2 x', 'SEA-R012 5 x', `SEA-R000 1 ${message}`]);
  });
}

test('a suppression of a rule that did not finish may be needed', () => {
  expect(apply([suppression({ line: 3 })], [])).toEqual([0, 'SEA-R012 2 x', 'SEA-R012 5 x']);
});

test('a finding without a place cannot be held back by a comment', () => {
  const raw = { file: 'a.ts', message: 'x' };
  const result = applySuppressions({
    findings: [{ rule, raw }],
    suppressions: [suppression({})],
    known: new Set(['SEA-R012']),
    finished: new Set(),
  });
  expect(result.suppressed).toBe(0);
});
