import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withAssertions } from '../docs/assertions.ts';
import { blocksOf, proseOf } from '../docs/blocks.ts';
import { exampleProblems } from '../docs/examples.ts';
import { expectations } from '../docs/expect.ts';
import { headingsOf, linkProblems } from '../docs/links.ts';
import { snippetsOf } from '../docs/snippets.ts';
import { translationProblems } from '../docs/translations.ts';

const fence = '```';

function fenced(info: string, ...code: readonly string[]): string {
  return [fence + info, ...code, fence].join('\n');
}

describe('blocks', () => {
  test('each fenced block has its words, its first line and its code', () => {
    const markdown = [
      '# T',
      fenced('ts', 'a;', 'b;'),
      '',
      fenced('ts no-run needs a server', 'c;'),
      '~~~sh',
      'd',
      '~~~',
    ].join('\n');
    expect(blocksOf(markdown)).toEqual([
      { info: 'ts', line: 3, code: 'a;\nb;' },
      { info: 'ts no-run needs a server', line: 8, code: 'c;' },
      { info: 'sh', line: 11, code: 'd' },
    ]);
  });

  test('a longer fence holds a shorter one, and a block may be left open', () => {
    expect(blocksOf(['````md', fenced('ts', 'a;'), '````'].join('\n'))).toHaveLength(1);
    expect(blocksOf(`${fence}ts\na;`)).toEqual([{ info: 'ts', line: 2, code: 'a;' }]);
  });

  test('prose keeps its lines and loses code', () => {
    expect(proseOf(['a `b` c', fenced('ts', '[x](y)'), 'd'].join('\n'))).toBe('a     c\n```ts\n\n```\nd');
  });
});

describe('snippets', () => {
  test('a block that continues has the blocks before it, each on its own lines', () => {
    const { runs } = snippetsOf(
      [fenced('ts', 'a;'), fenced('js', 'x'), fenced('ts continue', 'b;'), fenced('ts', 'c;')].join('\n'),
    );
    expect(runs).toEqual([
      { line: 2, code: '\na;' },
      { line: 8, code: '\na;\n\n\n\n\n\nb;' },
      { line: 11, code: '\n\n\n\n\n\n\n\n\n\nc;' },
    ]);
  });

  test('a block with no-run and a reason is not run, and no other follows on from it', () => {
    const { runs, problems } = snippetsOf(
      [fenced('ts', 'a;'), fenced('ts no-run needs a server', 'b;'), fenced('ts continue', 'c;')].join('\n'),
    );
    expect(runs.map(({ code }) => code.replaceAll('\n', ''))).toEqual(['a;', 'a;c;']);
    expect(problems).toEqual([]);
  });

  test('no-run without a reason and unknown words are problems', () => {
    const { problems } = snippetsOf([fenced('ts no-run', 'a;'), fenced('ts skip', 'b;')].join('\n'));
    expect(problems.map(({ line, message }) => `${line} ${message.split(';')[0]}`)).toEqual([
      '2 "no-run" needs a reason: ts no-run <reason>',
      '5 "skip" is not known',
    ]);
  });
});

describe('assertions', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['f(1); // => 2', '__equals(1, (f(1)), () => (2), "2"); // => 2'],
    ['f(1)\n// => { a: 1 }', '__equals(1, (f(1)), () => ({ a: 1 }), "{ a: 1 }")\n// => { a: 1 }'],
    ['await f(); // => "x"', '__equals(1, (await f()), () => ("x"), "\\"x\\""); // => "x"'],
    ['console.log(f()); // => a b', '__prints(1, "a b")(f()); // => a b'],
    ['a;\nconsole.error("x"); // => x', 'a;\n__prints(2, "x")("x"); // => x'],
    ['on((x) => console.log(x)); // => x', 'on((x) => __prints(1, "x")(x)); // => x'],
    ['f(); // an ordinary comment', 'f(); // an ordinary comment'],
  ];
  for (const [code, expected] of cases) test(code, () => expect(withAssertions(code).code).toBe(expected));

  test('assertions may stand inside each other', () => {
    const code = ['g((n) => {', '  n; // => 1', '  return n;', '}); // => 2'].join('\n');
    expect(withAssertions(code).code).toBe(
      [
        '__equals(1, (g((n) => {',
        '  __equals(2, (n), () => (1), "1"); // => 1',
        '  return n;',
        '})), () => (2), "2"); // => 2',
      ].join('\n'),
    );
  });

  test('an assertion after no expression is refused with its line', () => {
    expect(() => withAssertions('\nconst a = 1; // => 1')).toThrow('line 2: "// =>" asserts nothing');
    expect(() => withAssertions('// => 1')).toThrow('line 1');
    expect(() => withAssertions('a;\n\n// => 1')).toThrow('line 3');
  });

  test('code that does not parse is refused with its line', () => {
    expect(() => withAssertions('\n\na b')).toThrow(/^line 3:/);
  });
});

describe('expectations', () => {
  const told = (use: (expect: ReturnType<typeof expectations>) => void): readonly string[] => {
    const messages: string[] = [];
    use(expectations((line, message) => messages.push(`${line}: ${message}`)));
    return messages;
  };

  test('equal values of any prototype and frozen ones are equal', () => {
    const actual = Object.freeze(Object.assign(Object.create(null), { a: [Object.freeze({ b: 1 })] }));
    expect(told(({ equals }) => equals(1, actual, () => ({ a: [{ b: 1 }] }), '…'))).toEqual([]);
  });

  test('a different value is told with both sides', () => {
    expect(told(({ equals }) => equals(7, { a: 1 }, () => ({ a: 2 }), '{ a: 2 }'))).toEqual([
      '7: the document says { a: 2 }, and it is { a: 1 }',
    ]);
  });

  test('a class instance is no literal, and 1 is not true', () => {
    expect(told(({ equals }) => equals(1, new Map(), () => ({}), '{}'))).toHaveLength(1);
    expect(told(({ equals }) => equals(1, 1, () => true, 'true'))).toHaveLength(1);
  });

  test('what is printed is compared as console.log writes it', () => {
    expect(told(({ prints }) => prints(1, 'a { b: 1 } 2')('a', { b: 1 }, 2))).toEqual([]);
    expect(told(({ prints }) => prints(3, 'b')('a'))).toEqual([
      '3: the document says that it prints b, and it prints a',
    ]);
  });
});

describe('running', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a block that holds says nothing', 'const a: number = 1;\na + 1; // => 2', []],
    ['a wrong value is told', 'const a = 1;\na + 1; // => 3', ['line 3: the document says 3, and it is 2']],
    ['a block that throws is told', 'throw new Error("no way");', ['no way']],
    ['a block that never ends its wait is told', 'await new Promise(() => {});', ['unsettled top-level await']],
    ['what a callback prints is compared', 'setTimeout(() => console.log("late"), 1); // => soon', ['it prints late']],
    [
      'an assertion never come to is told',
      'if (Date.now() < 0) {\n  1; // => 2\n}',
      ['line 3: the program ended before'],
    ],
    ['a block that does not parse is told', 'const = 1;', ['line 2']],
  ];
  for (const [title, code, messages] of cases) {
    test(title, async () => {
      const root = mkdtempSync(join(tmpdir(), 'seaworthy-tools-'));
      writeFileSync(join(root, 'README.md'), fenced('ts', code));
      const problems = await exampleProblems(root, ['README.md']);
      rmSync(root, { recursive: true });
      expect(problems.map(({ where }) => where)).toEqual(messages.map(() => 'README.md:2'));
      messages.forEach((message, index) => expect(problems[index]?.message).toContain(message));
    });
  }
});

describe('links', () => {
  test('a link leads to a file of the repository and to a heading of it', () => {
    const root = mkdtempSync(join(tmpdir(), 'seaworthy-tools-'));
    const lines = [
      '# A b',
      '[a](b.md) [b](b.md#c--d) [c](#a-b) [d](https://example.com/x) `[e](none)`',
      '[f](none.md)',
    ];
    writeFileSync(
      join(root, 'a.md'),
      [...lines, '[g](b.md#none)', '[h]: ../out.md', '![i](none.png "title")'].join('\n'),
    );
    writeFileSync(join(root, 'b.md'), '## C & d\n');
    const problems = linkProblems(root, ['a.md']);
    rmSync(root, { recursive: true });
    expect(problems.map(({ where, message }) => `${where} ${message}`)).toEqual([
      'a.md:3 the link "none.md" leads to no file',
      'a.md:4 the link "b.md#none" leads to no heading',
      'a.md:6 the link "none.png" leads to no file',
      'a.md:5 the link "../out.md" leaves the repository',
    ]);
  });

  test('headings get the anchors of GitHub', () => {
    const markdown = [
      '# Stop on `SIGTERM`, now!',
      '## Same',
      '## Same',
      '```sh',
      '# no heading',
      '```',
      '<a id="own"></a>',
    ].join('\n');
    expect([...headingsOf(markdown)]).toEqual(['stop-on-sigterm-now', 'same', 'same-1', 'own']);
  });
});

describe('translations', () => {
  const original = ['# A', '[de](a.de.md) `npm test`', fenced('sh', 'npm start'), '## B', '| x | y |'].join('\n');
  const translation = ['# Ä', '`npm test` [en](a.md)', fenced('sh', 'npm start'), '## B', '| ix | ypsilon |'].join(
    '\n',
  );
  const told = (there: string, here: string): readonly string[] => {
    const root = mkdtempSync(join(tmpdir(), 'seaworthy-tools-'));
    writeFileSync(join(root, 'a.md'), there);
    writeFileSync(join(root, 'a.de.md'), here);
    const problems = translationProblems(root, ['a.md', 'a.de.md']);
    rmSync(root, { recursive: true });
    return problems.map(({ where, message }) => `${where} ${message}`);
  };

  test('one that says the same in other words is no problem', () => {
    expect(told(original, translation)).toEqual([]);
  });

  const drifts: readonly (readonly [string, readonly [string, string], string])[] = [
    [
      'a block that changed',
      ['npm start', 'npm run start'],
      'block of code 1 is "sh\\nnpm run start", and in a.md it is "sh\\nnpm start"',
    ],
    ['a heading that is missing', ['## B', 'B'], 'heading 2 is missing, and in a.md it is "of level 2"'],
    ['a heading of another level', ['## B', '### B'], 'heading 2 is "of level 3", and in a.md it is "of level 2"'],
    ['a command that changed', ['`npm test`', '`npm t`'], 'word in code 1 is "npm t", and in a.md it is "npm test"'],
    ['a command more', ['`npm test`', '`npm test` `x`'], 'word in code 2 is "x", and in a.md it is missing'],
    ['a row that is missing', ['| ix | ypsilon |', ''], 'row of a table 1 is missing, and in a.md it is "of 2 cells"'],
    ['no way back', ['[en](a.md)', ''], 'it has no link to a.md'],
  ];
  for (const [drift, [from, to], message] of drifts) {
    test(`${drift} is told`, () =>
      expect(told(original, translation.replace(from, to))).toEqual([`a.de.md ${message}`]));
  }

  test('an original that does not lead to its translation, and one that is gone, are told', () => {
    expect(told(original.replace('[de](a.de.md)', ''), translation)).toEqual(['a.de.md a.md has no link to it']);
    expect(translationProblems(tmpdir(), ['none.de.md'])).toEqual([
      { where: 'none.de.md', message: 'its original none.md is gone' },
    ]);
  });
});
