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

  for (const line of ['not json\n', '"text"\n', 'null\n']) {
    test(`leaves ${JSON.stringify(line)} as it is`, () => {
      expect(prettyLine(line, { color: false })).toBe(line);
    });
  }
});
