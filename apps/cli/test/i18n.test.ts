import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { audit } from '../src/handlers/audit.ts';
import { de } from '../src/i18n/de.ts';
import { germanHelp } from '../src/i18n/de-help.ts';
import { germanErrors } from '../src/i18n/de-errors.ts';
import { en } from '../src/i18n/en.ts';
import { localeOf, takeLocale, type Locale } from '../src/i18n/locale.ts';
import { run } from '../src/run.ts';
import { fakeIo, type FakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';
import { callRule, makePack } from './support/rules.ts';

const environments: readonly (readonly [variables: Record<string, string>, locale: Locale])[] = [
  [{}, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'de'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'de_AT', LC_MESSAGES: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'en_GB', LC_MESSAGES: 'en_GB', LC_ALL: 'de' }, 'de'],
  [{ LANG: 'de_DE', LC_ALL: '' }, 'de'],
  [{ LANG: 'den_XX' }, 'en'],
];

for (const [variables, locale] of environments) {
  test(`${JSON.stringify(variables)} asks for ${locale}`, () => expect(localeOf(variables)).toBe(locale));
}

test('--locale is taken from anywhere before --, and wins over the environment', async () => {
  expect(takeLocale(['audit', '--locale', 'de', 'x'])).toEqual({ words: ['audit', 'x'], locale: 'de' });
  expect(takeLocale(['--locale=de-AT', 'audit'])).toEqual({ words: ['audit'], locale: 'de' });
  expect(takeLocale(['audit', '--', '--locale', 'de'])).toEqual({ words: ['audit', '--', '--locale', 'de'] });
});

for (const words of [
  ['audit', '--locale', 'fr'],
  ['audit', '--locale'],
]) {
  test(`seaworthy ${words.join(' ')} ends in 2`, async () => {
    const io = fakeIo({ cwd: writeProject({}) });
    expect([await run(words, io), io.err()]).toEqual([2, expect.stringContaining('Give one of en, de.')]);
  });
}

test('every error has a German message with everything that the English one shows', () => {
  const translated = [...germanErrors().messages.keys()].toSorted();
  expect(translated).toEqual(
    Object.values(CliErrors)
      .map(({ code }) => code)
      .toSorted(),
  );
});

/** The texts of a language by name, with what functions say for one and for two. */
function textsOf(messages: object, path = ''): readonly (readonly [name: string, text: string])[] {
  return Object.entries(messages).flatMap(([name, value]: [string, unknown]) => {
    const at = `${path}${name}`;
    if (typeof value === 'string') return [[at, value] as const];
    if (typeof value === 'object' && value !== null) return textsOf(value, `${at}.`);
    const counts = (amount: number): unknown =>
      name === 'counts' ? { errors: amount, warnings: amount, infos: amount } : amount;
    return [1, 2].map(
      (amount) =>
        [
          `${at}(${amount})`,
          String(
            Reflect.apply(
              value as () => string,
              undefined,
              name === 'next' ? [amount, [amount, amount]] : [counts(amount), amount, amount, amount],
            ),
          ),
        ] as const,
    );
  });
}

test('every text of the command is there in German, and none is the English one', () => {
  const german = new Map(textsOf(de));
  const english = textsOf(en);
  expect([...german.keys()]).toEqual(english.map(([name]) => name));
  const wrong = english.filter(([name, text]) => {
    const said = german.get(name) ?? '';
    return said === text || said.includes('undefined') || !/\p{L}/u.test(said);
  });
  expect(wrong).toEqual([]);
});

async function auditIn(locale: Locale, format: string): Promise<FakeIo> {
  const io = fakeIo({
    cwd: writeProject({ 'package.json': '{ "name": "shop" }', 'a.js': 'danger();\n', 'b.js': 'let =' }),
    locale,
  });
  await audit({ format }, undefined, io, [makePack(callRule('SEA-R901', 'danger'))]);
  return io;
}

test('the report for people speaks German, but for what the rules of others say', async () => {
  const text = (await auditIn('de', 'pretty')).out();
  expect(text).toContain('Fehler  SEA-R901  no call of danger');
  expect(text).toContain('Abhilfe  Mend it.\n');
  expect(text).toContain('mehr     seaworthy explain SEA-R901\n');
  expect(text).toMatch(/^Wertung {9}\s+\d+ von 100$/m);
  expect(text).toMatch(/1 Fehler in 1 Datei\. 1 Datei nicht lesbar\.\n$/);
});

test('names of categories, tables and headings of the report are German', async () => {
  const pretty = (await auditIn('de', 'pretty')).out();
  expect(pretty).toMatch(/^ {2}Fehlerbehandlung +\d+$/m);
  const markdown = (await auditIn('de', 'markdown')).out();
  expect(markdown).toContain('| bereich | wertung | fehler | warnungen | hinweise |\n');
  expect(markdown).toMatch(/^\| Fehlerbehandlung \|/m);
  expect(markdown).toContain('## Befunde\n\n- **Fehler** SEA-R901');
  expect(markdown).toContain('## Nicht zu Ende gekommen\n');
  const html = (await auditIn('de', 'html')).out();
  expect(html).toContain('<html lang="de">');
  for (const text of [
    'Bereitschaft: ',
    '<h2>Wertung</h2>',
    '<b>Abhilfe:</b>',
    'Fehlerbehandlung, 1 Stelle',
    'Zeilen 1 bis 1',
  ])
    expect(html).toContain(text);
});

test('what is put into an error is German too, and what a system says stays', async () => {
  const ask = async (...words: readonly string[]): Promise<string> => {
    const io = fakeIo({ cwd: writeProject({ 'a.js': '', 'a.json': '{}', 'b.json': '{' }), locale: 'de' });
    await run(words, io);
    return io.err();
  };
  expect(await ask('report', 'show', 'a.json', '--format', 'jsn')).toContain('Meinten Sie json?');
  expect(await ask('report', 'show', 'a.json')).toContain('zu gebrauchen: er ist kein seaworthy.report.');
  expect(await ask('audit', '--baseline', 'b.json')).toContain('zu gebrauchen: Sie ist kein JSON.');
  expect(await ask('audit', '--baseline', 'none.json')).toContain('zu gebrauchen: ENOENT.');
  expect(await ask('audit', '--watch', '--fix')).toContain(': eine Beobachtung sieht nur hin.');
});

for (const format of ['json', 'sarif', 'compact', 'junit', 'github']) {
  test(`${format} is the same in every language`, async () => {
    expect((await auditIn('de', format)).out()).toBe((await auditIn('en', format)).out());
  });
}

const wrong: readonly (readonly [words: readonly string[], text: string])[] = [
  [['audit', 'nowhere'], 'Es gibt kein Verzeichnis "nowhere".'],
  [['audit', '--nope'], 'Die Option --nope gibt es nicht'],
  [['audti'], 'Den Befehl `audti` gibt es nicht; gemeint ist vielleicht `audit`'],
  [['rules', '--format', 'xml'], '--format muss eins von pretty, json sein, nicht "xml"'],
  [['logs', 'verify'], 'Es fehlt die Angabe file'],
  [['audit', 'a', 'b'], 'Zu viele Angaben: erwartet 1, zu viel ist "b"'],
];

for (const [words, text] of wrong) {
  test(`seaworthy ${words.join(' ')} is refused in German`, async () => {
    const io = fakeIo({ cwd: writeProject({}), locale: 'de' });
    expect([await run(words, io), io.err()]).toEqual([2, expect.stringContaining(text)]);
  });
}

/** The help of a command and of all below it, in both languages. */
async function pagesOf(
  words: readonly string[] = [],
): Promise<readonly (readonly [english: string, german: string])[]> {
  const [english, german] = await Promise.all(
    (['en', 'de'] as const).map(async (locale) => {
      const io = fakeIo({ cwd: process.cwd(), locale });
      await run([...words, '--help'], io);
      return io.out();
    }),
  );
  const below = /^COMMANDS$([^]*?)(?:^\S|(?![^]))/m.exec(english!)?.[1] ?? '';
  const names = Array.from(below.matchAll(/^ {2}(\S+)/gm), ([, name = '']) => name);
  const pages = await Promise.all(names.map((name) => pagesOf([...words, name])));
  return [[english!, german!], ...pages.flat()];
}

test('the help of every command is German, and nothing is translated that no command says', async () => {
  const pages = await pagesOf();
  const left = pages.flatMap(([, german]) =>
    Object.keys(germanHelp).filter((text) =>
      german.split('\n').some((line) => line.trim().endsWith(`  ${text}`) || line === text),
    ),
  );
  expect(left).toEqual([]);
  const english = pages.map(([page]) => page).join('\n');
  expect(Object.keys(germanHelp).filter((text) => !english.includes(text))).toEqual([]);
  const words = /\b(?:the|which|with|what|where|from|of|that)\b/i;
  const untranslated = pages.flatMap(([, german]) => german.split('\n').filter((line) => words.test(line)));
  expect(untranslated).toEqual([]);
  expect(pages.length).toBeGreaterThan(30);
});
