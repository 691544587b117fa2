import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  attempt,
  collect,
  defineErrors,
  explain,
  reporter,
  toCompact,
  toGithub,
  toLogFields,
  toSarif,
  toTerminal,
  translate,
  type Report,
  type SeaworthyError,
} from '../src/index.ts';
import { dataOf, textsOf } from './values.ts';

const Errors = defineErrors('vault', {
  REFUSED: { message: 'The password {password} of {user} was refused', sensitive: ['password'], httpStatus: 403 },
  LINE: { message: 'Line {text} is not understood' },
});
const german = translate('de', { 'vault.REFUSED': 'Das Passwort {password} von {user} wurde abgelehnt' }, Errors);
const locales = { locale: 'de', translations: [german] } as const;

/** Every output of one error, as one text. */
function outputs(error: unknown): string {
  const source = (): string => `const password = ${JSON.stringify(String(passwordOf(error)))};\n`.repeat(300);
  const instance = `/login?password=${encode(passwordOf(error))}`;
  return JSON.stringify([dataOf(error, { ...locales, instance }), textsOf(error, { ...locales, source })]);
}

function passwordOf(error: unknown): unknown {
  return Errors.REFUSED.is(error) ? error.params.password : '';
}

function encode(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}

/** As a part, as a whole path and as a field of a form. */
function inUrls(secret: string): string[] {
  return [encode(secret), encodeURI(secret), new URLSearchParams({ p: secret }).toString().slice(2)];
}

/** What of a text is in the outputs, however it is written there. */
function traces(output: string, secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), ...inUrls(secret)];
  // Inside a text that is itself inside JSON, as the list above is.
  return forms.filter((form) => output.includes(form) || output.includes(JSON.stringify(form).slice(1, -1)));
}

const secrets = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9+/:@.-]{8,40}$/),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', ' ', 'ü', '漢', '%', 'x', '7', '$'),
    minLength: 8,
    maxLength: 30,
  }),
);
/** A secret is not a piece of the words around it. */
const planted = secrets.filter((text) => /[^\s$]{4}/.test(text) && !/^[*\sx]*$/.test(text));

function refused(password: unknown, cause?: unknown): SeaworthyError<{ password: never; user: never }> {
  const params = { password: password as never, user: 'ann' as never };
  return new Errors.REFUSED(params, cause === undefined ? undefined : { cause }) as never;
}

test('a secret is in no output, however its causes repeat it', () => {
  fc.assert(
    fc.property(planted, (secret) => {
      const cause = Object.assign(new Error(`no: ${secret}`, { cause: { tried: [secret] } }), {
        tried: secret,
        url: inUrls(secret)
          .map((form) => `http://127.0.0.1/?p=${form}`)
          .join(' '),
        body: JSON.stringify({ secret }),
      });
      const error = refused(secret, cause);
      const around = new AggregateError([error, new Error(`again ${secret}`)], `all of ${secret}`, { cause: error });
      expect(traces(outputs(error), secret)).toEqual([]);
      expect(traces(outputs(around), secret)).toEqual([]);
    }),
  );
});

test('a long secret is in no output, also where a text is cut in the middle of it', () => {
  for (const before of [0, 7_000, 8_185, 8_190, 16_380]) {
    const secret = 'sk-'.concat('0123456789abcdef'.repeat(1_000));
    const cause = new Error(`${'.'.repeat(before)}${secret}`, { cause: new Map([[secret, { secret }]]) });
    expect(outputs(refused(secret, cause))).not.toContain('sk-0');
  }
});

test('every part of a secret object is secret', () => {
  const card = { number: '4000-1234-5678', holder: { name: 'Ann Smith' }, cvc: 98_765 };
  const cause = new Error(`declined 4000-1234-5678 of Ann Smith (98765): ${JSON.stringify(card)}`);
  const text = outputs(refused(card, cause));
  for (const part of ['4000-1234', 'Ann Smith', '98765']) expect(text).not.toContain(part);
});

const told = 'hunter2-hunter2';
const bytes = Buffer.from(told);
const deep = (depth: number): unknown => (depth === 0 ? told : { inner: deep(depth - 1) });
const cyclic: { own: string; self?: unknown } = { own: told };
cyclic.self = [cyclic];
const shapes: readonly (readonly [string, unknown, string])[] = [
  ['a big integer', 12_345_678n, '12345678'],
  ['a date, as a message shows it', new Date(0), String(new Date(0))],
  ['bytes, as text', bytes, told],
  ['bytes, in hexadecimal', new Uint8Array(bytes), bytes.toString('hex')],
  ['bytes, in base 64', bytes, bytes.toString('base64')],
  ['an object that prints it', { toString: () => told }, told],
  ['an error', new Error(told), told],
  ['a map', new Map([[{ key: told }, 1]]), told],
  ['a set', new Set([[told]]), told],
  ['an object that is deeper than any output', deep(20), told],
  ['a list that is longer than any output', Array.from({ length: 500 }, (_, index) => `no-${index}-no`), 'no-499-no'],
  ['an object that contains itself', cyclic, told],
];
for (const [title, secret, text] of shapes) {
  test(`a secret may be ${title}`, () => {
    const output = outputs(refused(secret, new Error(`refused: ${text}`)));
    expect(output).not.toContain(text);
    expect(output).toContain('refused: [redacted]');
  });
}

for (const value of [true, false, null, undefined, NaN, {}, [], new Error('')]) {
  test(`a sensitive parameter that is ${inspect(value).split('\n')[0]} blanks no word of other texts`, () => {
    const message = 'Error: true, false, null, undefined, NaN, [object Object]';
    expect(toLogFields(refused(value, new Error(message))).err.cause?.message).toBe(message);
  });
}

test('a parameter that is shown may repeat one that is not, in every language', () => {
  const error = new Errors.REFUSED({ password: 'hunter2-hunter2', user: 'ann (hunter2-hunter2)' });
  const text = outputs(error);
  expect(text).not.toContain('hunter2');
  expect(text).toContain('Das Passwort [redacted] von ann ([redacted]) wurde abgelehnt');
});

test('collected problems keep what one of them keeps, in every format and in code frames', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z][a-zA-Z0-9]{7,20}$/), (secret) => {
      const source = `user: ann\npassword: ${secret}\n\tother: ${secret}\n`;
      const found = collect(Errors, { source });
      found.add('LINE', { text: `password: ${secret}` }, { file: `${secret}.yaml`, line: 3, column: 2 });
      found.add('REFUSED', { password: secret, user: 'ann' }, { file: 'a.yaml', line: 2, column: 11, endColumn: 30 });
      const { problems } = found;
      const thrown = attempt(() => found.throwIfAny());
      const error = thrown.ok ? undefined : thrown.error;
      const texts = [
        toCompact(problems),
        toGithub(problems),
        JSON.stringify(toSarif(problems, { tool: { name: 'vault' } })),
        outputs(error),
        toTerminal(error),
        toTerminal(error, { source }),
        error?.message,
        error?.stack,
      ];
      expect(texts.join('\n')).not.toContain(secret);
      // The marker stays under its place: as many characters as there were.
      expect(toTerminal(error)).toContain(`password: ${'*'.repeat(secret.length)}`);
    }),
  );
});

test('a report holds no secret, nor do the details that the caller gave', async () => {
  const sent: Report[] = [];
  const reports = reporter({ sinks: [{ name: 'memory', send: (report) => void sent.push(report) }] });
  reports.report(refused('hunter2-hunter2', new Error('no hunter2-hunter2')), { url: '/?p=hunter2-hunter2' });
  await reports.close();
  expect(sent).toHaveLength(1);
  expect(JSON.stringify(sent)).not.toContain('hunter2');
});

test('explain tells of a sensitive parameter by name only', () => {
  refused('hunter2-hunter2');
  expect(explain('vault.REFUSED', Errors)).toContain('{password}');
  expect(explain('vault.REFUSED', Errors)).not.toContain('hunter2');
});
