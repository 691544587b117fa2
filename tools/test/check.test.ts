import { describe, expect, test } from 'vitest';
import { firstDifference } from '../api/difference.ts';
import { lineOf } from '../check/problem.ts';
import { schedule } from '../check/schedule.ts';
import { belowMinimum, leastCovered, linesOf, percentOf, type FileCoverage } from '../covered/summary.ts';
import { mapLimited } from '../process/limit.ts';
import { run } from '../process/run.ts';
import type { Project } from '../repository/projects.ts';
import { budgetProblems, parseBytes } from '../size/budgets.ts';
import { nextNumber, slugOf } from '../workspace/src/adr/generator.ts';
import { nextId } from '../workspace/src/rule/generator.ts';
import { withGerman, withOneMoreRule, withRule, withRuleSetting } from '../workspace/src/rule/register.ts';

describe('the order of the nets', () => {
  test('two run at once, and never two that use the build', async () => {
    const nets = [
      { name: 'a' },
      { name: 'b', usesBuild: true },
      { name: 'c', usesBuild: true },
      { name: 'd' },
      { name: 'e' },
    ] as const;
    const running = new Set<string>();
    const seen: string[] = [];
    await schedule(nets, 2, async ({ name }) => {
      running.add(name);
      seen.push([...running].join('+'));
      for (let turn = 0; turn < (name === 'a' ? 9 : 2); turn += 1) await Promise.resolve();
      running.delete(name);
    });
    expect(
      seen.filter((names) => names.split('+').length > 2 || names.includes('b+c') || names.includes('c+b')),
    ).toEqual([]);
    expect(new Set(seen.map((names) => names.at(-1)))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
  });

  test('a net that throws ends the run with its error', async () => {
    await expect(schedule([{ name: 'a' }], 2, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

test('limited work keeps the order of its answers and its limit', async () => {
  let running = 0;
  let most = 0;
  const answers = await mapLimited([3, 1, 2, 0], 2, async (turns) => {
    most = Math.max(most, (running += 1));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    running -= 1;
    return turns * 10;
  });
  expect(answers).toEqual([30, 10, 20, 0]);
  expect(most).toBe(2);
});

describe('running a program', () => {
  const node = (code: string, options = {}) => run(process.execPath, ['-e', code], options);

  test('its exit code and both its streams are the answer', async () => {
    const result = await node('process.stdin.pipe(process.stdout); console.error("e"); process.exitCode = 3', {
      input: 'in',
    });
    expect(result).toMatchObject({ code: 3, stdout: 'in', stderr: 'e\n' });
  });

  test('a program that hangs is stopped, and the answer says so', async () => {
    const result = await node('setInterval(() => {}, 1000)', { timeoutMs: 300 });
    expect(result.code).toBe(128);
    expect(result.output).toContain('was stopped after 300 ms');
  });

  test('a program that is not there is an answer too', async () => {
    const result = await run('no-such-program-here', []);
    expect(result.code).toBe(128);
    expect(result.output).toContain('could not be started');
  });

  test('an abort ends it', async () => {
    const stop = new AbortController();
    const result = node('setInterval(() => {}, 1000)', { signal: stop.signal });
    stop.abort();
    expect((await result).code).toBe(128);
  });
});

describe('coverage', () => {
  const summary = new Map([
    ['packages/a/src/x.ts', { total: 10, covered: 9 }],
    ['packages/a/src/y.ts', { total: 10, covered: 6 }],
    ['packages/ab/src/z.ts', { total: 10, covered: 10 }],
  ]);

  test('the share counts lines, not files; nothing to run is all of it', () => {
    expect(percentOf(summary.values())).toBeCloseTo(83.3, 1);
    expect(percentOf([])).toBe(100);
  });

  test('a share at the minimum is not over it', () => {
    expect(belowMinimum(summary, 'unit', 'packages/a', 74)).toEqual([]);
    expect(belowMinimum(summary, 'unit', 'packages/a', 75)).toEqual([
      {
        where: 'unit coverage of packages/a',
        message:
          '75.0 % of lines ran, and it must be over 75 %. Not run most: packages/a/src/y.ts (4 of 10 lines), packages/a/src/x.ts (1 of 10 lines)',
      },
    ]);
  });

  const file: FileCoverage = {
    path: 'a.ts',
    statementMap: {
      0: { start: { line: 1, column: 0 } },
      1: { start: { line: 1, column: 4 } },
      2: { start: { line: 2, column: 2 } },
      3: { start: { line: 4, column: 0 } },
    },
    s: { 0: 0, 1: 3, 2: 0, 3: 0 },
  };
  // Offsets: line 1 starts at 0, line 2 at 6, line 4 at 13.
  const text = 'a; b;\n  c;\n\nd;\n';

  test('a line has run when a statement that starts on it has', () => {
    expect(linesOf(file, '', [])).toEqual({ total: 3, covered: 1 });
  });

  test('what a program ran counts too, and its innermost range decides', () => {
    const outer = { startOffset: 0, endOffset: 16, count: 1 };
    const skipped = { startOffset: 12, endOffset: 16, count: 0 };
    expect(linesOf(file, text, [[outer, skipped]])).toEqual({ total: 3, covered: 2 });
    expect(linesOf(file, text, [[outer, skipped], [outer]])).toEqual({ total: 3, covered: 3 });
    expect(linesOf(file, text, [[{ startOffset: 6, endOffset: 8, count: 1 }]])).toEqual({ total: 3, covered: 1 });
  });

  test('files that ran whole are not named', () => {
    expect(leastCovered(summary, '', 5)).toHaveLength(2);
  });
});

describe('size budgets', () => {
  const project: Project = {
    id: 'a',
    name: '@x/a',
    folder: 'packages/a',
    manifest: {
      name: '@x/a',
      version: '1.0.0',
      exports: { '.': { default: './dist/index.js' }, './b': { default: './dist/b.js' } },
    },
  };

  test('every entry has a budget and every budget an entry', () => {
    const budgets = [
      { name: '@x/a', path: 'packages/a/dist/index.js', limit: '1 kB' },
      { name: '@x/gone', path: 'packages/gone/dist/index.js', limit: '1 kB' },
    ];
    expect(budgetProblems(budgets, [project]).map(({ message }) => message)).toEqual([
      '@x/a/b (packages/a/dist/b.js) has no budget; add one',
      '@x/gone has a budget and is no entry; remove it',
    ]);
  });

  test('sizes are counted in thousands', () => {
    expect(['300 B', '1.5 kB', '2 MB'].map(parseBytes)).toEqual([300, 1500, 2_000_000]);
    expect(() => parseBytes('2KiB')).toThrow('Expected a size such as `2 kB`, got `2KiB`.');
  });
});

test('the API report says where it differs and what to do', () => {
  expect(firstDifference('', 'a')).toContain('no report of the public types yet');
  expect(firstDifference('a\nb\nc', 'a\nB\nc')).toMatch(/first at line 2\. Run npm run api[^]*- b\n {2}\+ B$/);
  expect(firstDifference('a\nb', 'a')).toMatch(/- b\n {2}\+ \(end\)$/);
});

test('a line is counted from 1', () => {
  expect([0, 1, 2, 3].map((offset) => lineOf('a\nb', offset))).toEqual([1, 1, 2, 2]);
});

test('a decision gets the next number and a plain file name', () => {
  expect(nextNumber(['0002-b.md', '0009-a.md', 'README.md'])).toBe(10);
  expect(nextNumber([])).toBe(1);
  expect(slugOf('  Two Größen: „A & B“! ')).toBe('two-gro-en-a-b');
});

describe('a new rule', () => {
  const pack = [
    "import type { Rule } from '../contract.ts';",
    "import { emptyCatch } from '../empty-catch/rule.ts';",
    "import { thrownLiteral } from '../thrown-literal/rule.ts';",
    '',
    'export const rules: readonly Rule[] = [',
    '  thrownLiteral,',
    '];',
  ].join('\n');

  for (const [name, rule, line] of [
    ['no-io', 'noIo', 2],
    ['a-rule', 'aRule', 1],
    ['z-rule', 'zRule', 3],
  ] as const) {
    test(`${name} is imported in the order of the paths and listed last`, () => {
      const lines = withRule(pack, name, rule).split('\n');
      expect(lines[line]).toBe(`import { ${rule} } from '../${name}/rule.ts';`);
      expect(lines.slice(-3)).toEqual(['  thrownLiteral,', `  ${rule},`, '];']);
    });
  }

  test('it gets the first id after all that are in use', () => {
    expect(nextId(["id: 'SEA-R009'", "id: 'SEA-R131'", 'no rule'])).toBe('SEA-R132');
    expect(nextId([])).toBe('SEA-R001');
  });

  test('editors know it by its id and its title', () => {
    const schema = { type: 'object', properties: { rules: { properties: { 'SEA-R001': { description: 'x' } } } } };
    const after: unknown = JSON.parse(withRuleSetting(JSON.stringify(schema), 'SEA-R002', 'no io'));
    const setting = { $ref: '#/$defs/setting', description: 'no io' };
    expect(after).toEqual({
      type: 'object',
      properties: { rules: { properties: { 'SEA-R001': { description: 'x' }, 'SEA-R002': setting } } },
    });
  });

  test('its German texts come last in the catalogue', () => {
    const catalogue = "export const errors: RuleCatalogue = {\n  'SEA-R001': {\n  },\n};\n";
    const lines = withGerman(catalogue, 'SEA-R132', 'no io').split('\n');
    expect(lines.slice(0, 5)).toEqual([
      ...catalogue.split('\n').slice(0, 3),
      "  'SEA-R132': {",
      "    title: 'Regel „no io“',",
    ]);
    expect(lines.slice(-3)).toEqual(['  },', '};', '']);
    expect(() => withGerman('', 'SEA-R132', 'no io')).toThrow('no list');
  });

  test('it is counted in the report of the example', () => {
    expect(withOneMoreRule('{ "rules": 72, "findings": 5 }')).toBe('{ "rules": 73, "findings": 5 }');
  });
});
