import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  collect,
  defineErrors,
  ErrorsErrors,
  exitCode,
  fromJSON,
  normalize,
  problemOf,
  toCompact,
  toGithub,
  toJSON,
  toProblemDetails,
  toSarif,
  toTerminal,
} from '../src/index.ts';

const Errors = defineErrors('conf', {
  UNKNOWN_KEY: { message: 'Unknown key {key}', exitCode: 78, httpStatus: 400, help: 'Remove it.' },
  INVALID: { message: '{path}: {message}', severity: 'warning', httpStatus: 422, docs: 'https://example.com/invalid' },
  LEAKY: { message: 'Bad token {token}', sensitive: ['token'], httpStatus: 400 },
  BROKEN: { message: 'The disk {disk} is broken' },
});

const source = 'server:\n  prot: 80\n';
const at = { file: 'app.yaml', line: 2, column: 3, endColumn: 7 };

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

test('an empty collector throws nothing', () => {
  const found = collect(Errors);
  found.throwIfAny();
  expect(found.size).toBe(0);
  expect(found.problems).toEqual([]);
});

test('problems are plain data in the order in which they were added', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' }, at);
  found.add('BROKEN', { disk: 'sda' });
  expect(found.size).toBe(2);
  expect(found.problems).toEqual([
    {
      code: 'conf.UNKNOWN_KEY',
      message: 'Unknown key prot',
      severity: 'error',
      httpStatus: 400,
      exitCode: 78,
      params: { key: 'prot' },
      help: 'Remove it.',
      ...at,
    },
    {
      code: 'conf.BROKEN',
      message: 'The disk sda is broken',
      severity: 'error',
      httpStatus: 500,
      exitCode: 70,
      params: { disk: 'sda' },
    },
  ]);
});

test('a mistyped word gets a suggestion', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' }, { didYouMean: { word: 'prot', among: ['host', 'port'] } });
  found.add('UNKNOWN_KEY', { key: 'zebra' }, { didYouMean: { word: 'zebra', among: ['host', 'port'] } });
  expect(found.problems.map((problem) => problem.suggestion)).toEqual(['Did you mean port?', undefined]);
});

test('zod issues become located problems', () => {
  const schema = z.object({ server: z.object({ ports: z.array(z.number()) }) });
  const { error } = schema.safeParse({ server: { ports: ['x'] } });
  const found = collect(Errors);
  found.addIssues('INVALID', error?.issues ?? [], (path) => ({ file: 'app.yaml', line: path.length }));
  found.addIssues('INVALID', [{ message: 'bad', path: [{ key: 'a' }, 0] }, { message: 'odd' }]);
  expect(found.problems).toMatchObject([
    { file: 'app.yaml', line: 3, message: expect.stringMatching(/^server\.ports\[0\]: .*number/) },
    { message: 'a[0]: bad' },
    { message: ': odd' },
  ]);
});

test('one error carries all problems, and the first one’s exit code', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' }, at);
  found.add('BROKEN', { disk: 'sda' });
  const error = thrownBy(() => found.throwIfAny());
  expect(error).toMatchObject({
    code: 'seaworthy.errors.COLLECTED',
    message: '2 problems were found. The first: Unknown key prot',
    params: { problems: found.problems },
  });
  expect(exitCode(error)).toBe(78);
});

test('what is added after the error was thrown is not in it', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' });
  const error = thrownBy(() => found.throwIfAny());
  found.add('BROKEN', { disk: 'sda' });
  expect(error).toHaveProperty('params.problems.length', 1);
});

test('the problems survive the way to another process', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' }, at);
  const back = fromJSON(JSON.parse(JSON.stringify(toJSON(thrownBy(() => found.throwIfAny())))), Errors);
  expect(back.message).toBe('One problem was found. The first: Unknown key prot');
  expect(back).toHaveProperty('params.problems', found.problems);
});

test('a collected error of the client lists its problems in the problem details', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' }, { didYouMean: { word: 'prot', among: ['port'] } });
  found.add('INVALID', { path: 'a', message: 'bad' });
  expect(toProblemDetails(thrownBy(() => found.throwIfAny()))).toMatchObject({
    status: 422,
    errors: [
      { code: 'conf.UNKNOWN_KEY', detail: 'Unknown key prot', suggestion: 'Did you mean port?' },
      { code: 'conf.INVALID', detail: 'a: bad' },
    ],
  });
});

test('one internal problem makes the whole body generic', () => {
  const found = collect(Errors);
  found.add('UNKNOWN_KEY', { key: 'prot' });
  found.add('BROKEN', { disk: 'sda-internal' });
  const details = toProblemDetails(thrownBy(() => found.throwIfAny()));
  expect(details.status).toBe(500);
  expect(JSON.stringify(details)).not.toContain('sda-internal');
});

test('a collected error that is a cause is shown with its list and code frames, without secrets of the error around', () => {
  const Around = defineErrors('around', { NO_START: { message: 'No start with {key}', sensitive: ['key'] } });
  const found = collect(Errors, { source: 'server:\n  prot: 80, key: s3cr3t-key' });
  found.add('UNKNOWN_KEY', { key: 'prot s3cr3t-key' }, at);
  found.add('INVALID', { path: 'a', message: 'bad' });
  const cause = thrownBy(() => found.throwIfAny());
  const text = [
    'around.NO_START  No start with [redacted]',
    '  caused by  seaworthy.errors.COLLECTED  2 problems were found. The first: Unknown key prot [redacted]',
    '    conf.UNKNOWN_KEY  Unknown key prot [redacted]',
    '      app.yaml:2:3',
    '        1 | server:',
    '      > 2 |   prot: 80, key: **********',
    '          |   ^^^^',
    '      help  Remove it.',
    '',
    '    conf.INVALID  a: bad',
    '      docs  https://example.com/invalid',
    '',
    '    2 problems',
  ];
  expect(toTerminal(new Around.NO_START({ key: 's3cr3t-key' }, { cause }), { stack: false }).split('\n')).toEqual(text);
  const list = new AggregateError([new Error('x'), cause], 'two');
  expect(toTerminal(normalize(list), { stack: false })).toContain('\n    conf.INVALID  a: bad\n');
});

describe('any number of problems', () => {
  const [problem] = list;
  const many = { count: '200000 problems were', first: 'x', problems: Array.from({ length: 200_000 }, () => problem) };
  const error = new ErrorsErrors.COLLECTED(many as never);

  test('are told to a client by their number and the first hundred', () => {
    const { status, detail, errors } = toProblemDetails(error);
    expect({ status, detail }).toEqual({ status: 400, detail: '200000 problems were found. The first: x' });
    expect(errors).toHaveLength(100);
  });

  test('are told in a terminal by their number and the first thousand', () => {
    const text = toTerminal(error);
    expect(text).toMatch(/\n\n200000 problems, the first 1000 are shown$/);
    expect(text.match(/^conf\.UNKNOWN_KEY/gm)).toHaveLength(1_000);
  });
});

test('a problem from elsewhere with a status that is none is an internal error', () => {
  const problems = [{ ...list[0], httpStatus: 9_999 }];
  const error = new ErrorsErrors.COLLECTED({ count: 'One problem was', first: 'x', problems });
  expect(toProblemDetails(error).status).toBe(500);
});

test('the terminal shows every problem with its place, code frame, suggestion and help', () => {
  const found = collect(Errors, { source });
  found.add('UNKNOWN_KEY', { key: 'prot' }, { ...at, didYouMean: { word: 'prot', among: ['port'] } });
  found.add('INVALID', { path: 'a', message: 'bad' });
  expect(toTerminal(thrownBy(() => found.throwIfAny()))).toBe(
    [
      'conf.UNKNOWN_KEY  Unknown key prot',
      '  app.yaml:2:3',
      '    1 | server:',
      '  > 2 |   prot: 80',
      '      |   ^^^^',
      '    3 |',
      '  hint  Did you mean port?',
      '  help  Remove it.',
      '',
      'conf.INVALID  a: bad',
      '  docs  https://example.com/invalid',
      '',
      '2 problems',
    ].join('\n'),
  );
});

test('source texts are found by file; a finder that throws only costs the frame', () => {
  const found = collect(Errors, { source: (file) => (file === 'app.yaml' ? source : undefined) });
  found.add('UNKNOWN_KEY', { key: 'prot' }, at);
  const error = thrownBy(() => found.throwIfAny());
  const broken = (): never => {
    throw new Error('unreadable');
  };
  expect(toTerminal(error)).toContain('> 2 |   prot: 80');
  expect(toTerminal(error, { source: broken })).not.toContain('> 2 |');
  expect(toTerminal(error, { source: () => undefined })).toContain('1 problem');
  expect(toTerminal(error, { source: { 'app.yaml': source } as never })).toContain('1 problem');
});

test('a secret appears in no output of a collector', () => {
  const found = collect(Errors, { source });
  found.add('LEAKY', { token: 'tok-12345' }, at);
  const error = thrownBy(() => found.throwIfAny());
  const all = [
    found.problems,
    toJSON(error),
    toProblemDetails(error),
    toSarif(found.problems, { tool: { name: 't' } }),
  ];
  const texts = [toTerminal(error), toGithub(found.problems), toCompact(found.problems), String(error)];
  expect(JSON.stringify([all, texts])).not.toContain('tok-12345');
});

const list = (() => {
  const found = collect(Errors);
  found.add(
    'UNKNOWN_KEY',
    { key: 'a%b\nc' },
    { ...at, file: 'dir a/app,1:2.yaml', didYouMean: { word: 'prot', among: ['port'] } },
  );
  found.add('INVALID', { path: 'x', message: 'bad' }, { file: 'C:\\app\\x.yaml' });
  found.add('INVALID', { path: 'y', message: 'bad' });
  return found.problems;
})();

test('GitHub annotations escape what would end them', () => {
  expect(toGithub(list).split('\n')).toEqual([
    '::error file=dir a/app%2C1%3A2.yaml,line=2,col=3,endColumn=7,title=conf.UNKNOWN_KEY::Unknown key a%25b%0Ac%0ADid you mean port?%0ARemove it.',
    '::warning file=C%3A\\app\\x.yaml,title=conf.INVALID::x: bad',
    '::warning title=conf.INVALID::y: bad',
  ]);
});

test('compact output is one line a problem', () => {
  expect(toCompact(list).split('\n')).toEqual([
    'dir a/app,1:2.yaml:2:3: error: Unknown key a%b c Did you mean port? [conf.UNKNOWN_KEY]',
    'C:\\app\\x.yaml: warning: x: bad [conf.INVALID]',
    'warning: y: bad [conf.INVALID]',
  ]);
});

test("a SARIF log of no named tool is this package's", () => {
  expect(toSarif(list).runs[0].tool.driver.name).toBe('@seaworthy/errors');
});

test('a SARIF log has one rule a code and results that point to it', () => {
  const log = toSarif(list, { tool: { name: 'conf', version: '1.0.0' } });
  const [run] = log.runs;
  expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') });
  expect(run.tool.driver).toEqual({
    name: 'conf',
    version: '1.0.0',
    rules: [
      { id: 'conf.UNKNOWN_KEY', help: { text: 'Remove it.' } },
      { id: 'conf.INVALID', helpUri: 'https://example.com/invalid' },
    ],
  });
  expect(JSON.parse(JSON.stringify(run.results))).toEqual([
    {
      ruleId: 'conf.UNKNOWN_KEY',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'Unknown key a%b\nc Did you mean port?' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'dir%20a/app%2C1%3A2.yaml' },
            region: { startLine: 2, startColumn: 3, endColumn: 7 },
          },
        },
      ],
    },
    {
      ruleId: 'conf.INVALID',
      ruleIndex: 1,
      level: 'warning',
      message: { text: 'x: bad' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///C:/app/x.yaml' } } }],
    },
    { ruleId: 'conf.INVALID', ruleIndex: 1, level: 'warning', message: { text: 'y: bad' } },
  ]);
});

test.each([
  ['fatal', 'error', 'error'],
  ['error', 'error', 'error'],
  ['warning', 'warning', 'warning'],
  ['info', 'notice', 'note'],
] as const)('%s is the command %s of GitHub and the level %s of SARIF', (severity, command, level) => {
  const problem = { ...problemOf(new Error('x')), severity };
  expect(toGithub([problem])).toBe(`::${command} title=Error::x`);
  expect(toSarif([problem]).runs[0].results[0]?.level).toBe(level);
});

const regions: readonly (readonly [string, object, object | undefined])[] = [
  ['that ends before it starts', { line: 3, column: 9, endColumn: 4 }, { startLine: 3, startColumn: 9 }],
  [
    'that ends in its line',
    { line: 3, column: 5, endLine: 3, endColumn: 2 },
    { startLine: 3, startColumn: 5, endLine: 3 },
  ],
  ['that ends where it starts', { line: 3, column: 5, endColumn: 5 }, { startLine: 3, startColumn: 5, endColumn: 5 }],
  [
    'over lines',
    { line: 3, column: 9, endLine: 4, endColumn: 1 },
    { startLine: 3, startColumn: 9, endLine: 4, endColumn: 1 },
  ],
  ['without a line', { column: 9 }, undefined],
];
for (const [title, place, region] of regions) {
  test(`a SARIF log is valid for a place ${title}`, () => {
    const [result] = toSarif([problemOf(new Error('x'), { file: 'a.ts', ...place })]).runs[0].results;
    expect(JSON.parse(JSON.stringify(result?.locations?.[0].physicalLocation))).toEqual({
      artifactLocation: { uri: 'a.ts' },
      ...(region === undefined ? {} : { region }),
    });
  });
}

const uris = [
  ['file:///app/a%20b.ts', 'file:///app/a%20b.ts'],
  ['/app/a b.ts', 'file:///app/a%20b.ts'],
  ['src/a:1.ts', 'src/a%3A1.ts'],
] as const;
for (const [file, uri] of uris) {
  test(`a SARIF log names ${file} by a URI`, () => {
    const [result] = toSarif([problemOf(new Error('x'), { file })]).runs[0].results;
    expect(result?.locations?.[0].physicalLocation.artifactLocation).toEqual({ uri });
  });
}

test('a SARIF result without words tells its rule', () => {
  expect(toSarif([problemOf(new Error(''))]).runs[0].results[0]?.message).toEqual({ text: 'Error' });
});
