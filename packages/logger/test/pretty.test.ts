import { describe, expect, test } from 'vitest';
import { prettyLine } from '../src/pretty.ts';

function pretty(record: object, color = false): string {
  return prettyLine(JSON.stringify({ level: 'info', timestamp: '2026-11-21T09:05:07.042Z', message: 'm', ...record }), {
    color,
  });
}

describe('pretty output', () => {
  test('has time, level, name, message and fields on one line', () => {
    expect(
      pretty({ level: 'warn', logger: 'shop', pid: 1, user: 'ada', note: 'two words', n: 1, deep: { a: 1 } }),
    ).toMatch(/^\d\d:\d\d:07\.042 WARN {2}shop m user=ada note="two words" n=1 deep=\{"a":1\}\n$/);
  });

  test('has the error and its causes below', () => {
    const err = { type: 'A', message: 'a', stack: 'A: a\n    at x', cause: { type: 'B', message: 'b' } };
    expect(pretty({ err }).split('\n').slice(1)).toEqual(['    A: a', '        at x', '    Caused by: B: b', '']);
  });

  test('has colours when asked', () => {
    expect(pretty({ level: 'error' }, true)).toContain('\u001b[31mERROR');
    expect(pretty({ level: 'error' })).not.toContain('\u001b');
  });

  test('lets no control character of a logged text through', () => {
    const text = pretty({ message: 'a\u001b[2Jb', field: 'c\u009bd', err: { stack: 'E\u001b]0;t\u0007' } });
    expect(text).toContain('a\\x1b[2Jb');
    expect(text).not.toMatch(/[^\P{Cc}\t\n]/u);
  });

  test('lets no text begin a line that looks like a record', () => {
    const forged = '09:05:07.042 ERROR shop paid';
    const text = pretty({ message: `a\r\n${forged}`, logger: `b\n${forged}`, [`k\n${forged}`]: `v\n${forged}` });
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^ {4}09:05:07\.042 ERROR shop paid k\\x0a/);
    expect(pretty({ level: `info\n${forged}` }).trimEnd()).not.toContain('\n');
  });

  test('shows what would turn the order of letters', () => {
    expect(pretty({ message: 'a\u202eb\u2066c' })).toContain('a\\u202eb\\u2066c');
  });

  test('has the code of an error, its properties and all errors that it stands for', () => {
    const err = {
      type: 'AggregateError',
      message: '',
      code: 'ECONNREFUSED',
      stack: 'AggregateError: \n    at x',
      properties: { port: 1 },
      errors: [
        { type: 'Error', message: 'a', stack: 'Error: a', code: 'A' },
        { type: 'Error', message: 'b', stack: 'Error: b' },
      ],
    };
    expect(pretty({ err }).trimEnd().split('\n').slice(1)).toEqual([
      '    AggregateError: ',
      '        at x',
      '      code=ECONNREFUSED properties={"port":1}',
      '    Error 1 of it: Error: a',
      '      code=A',
      '    Error 2 of it: Error: b',
    ]);
  });

  test('leaves a time that is none as it was written', () => {
    expect(pretty({ timestamp: 'just now' })).toBe('just now INFO  m\n');
  });

  for (const line of ['not json\n', '"text"\n', 'null\n']) {
    test(`leaves ${JSON.stringify(line)} as it is`, () => {
      expect(prettyLine(line, { color: false })).toBe(line);
    });
  }
});
