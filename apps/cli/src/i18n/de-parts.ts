import { sayWith, type Say } from './templates.ts';

/**
 * What is put into messages in German, by what it is in English: reasons, suggestions, and what is under way. Names in braces stand for
 * what is found there; a test compares the English with the sources.
 */
export const germanParts: Readonly<Record<string, string>> = {
  ' Did you mean {rule} ({title})?': ' Meinten Sie {rule} ({title})?',
  ' Did you mean {meant}?': ' Meinten Sie {meant}?',
  'Reading file {done} of {all}': 'Liest Datei {done} von {all}',
  'Running {rule}': 'Prüft {rule}',
  '1 attempt': '1 Versuch',
  '{count} attempts': '{count} Versuchen',

  'nothing was written': 'nichts wurde geschrieben',
  'not all questions were answered, and nothing was written':
    'nicht alle Fragen wurden beantwortet, und nichts wurde geschrieben',
  'the report was written, but not pushed': 'der Bericht wurde geschrieben, aber nicht gesendet',
  'one file was mended, as a whole': 'eine Datei wurde behoben, als Ganzes',
  '{count} files were mended, each of them as a whole': '{count} Dateien wurden behoben, jede als Ganzes',
  'nothing would be written.': 'nichts würde geschrieben.',
  'a watch only looks.': 'eine Beobachtung sieht nur hin.',
  'Give --url or set SEAWORTHY_PUSH_URL': 'Geben Sie --url an, oder setzen Sie SEAWORTHY_PUSH_URL',
  'Set SEAWORTHY_TELEMETRY_ENDPOINT': 'Setzen Sie SEAWORTHY_TELEMETRY_ENDPOINT',

  'It is not JSON.': 'Sie ist kein JSON.',
  'It is no seaworthy.baseline.': 'Sie ist keine seaworthy.baseline.',
  'It is of a version that this command does not know.': 'Ihre Version kennt dieser Befehl nicht.',
  'One of its findings is incomplete.': 'Einer ihrer Befunde ist unvollständig.',
  'it is no {schema}.': 'er ist kein {schema}.',
  'standard input can be read only once.': 'die Standardeingabe ist nur einmal lesbar.',
  'its address is not that of a report, such as https://seaworthy.example.com/reports/1.':
    'seine Adresse ist nicht die eines Berichts, etwa https://seaworthy.example.com/reports/1.',
  'the answer is no list of reports.': 'die Antwort ist keine Liste von Berichten.',
  'more than {count} bytes came.': 'mehr als {count} Bytes kamen.',
  'it answered {status}: {detail}': 'er hat mit {status} geantwortet: {detail}',
  'it gave no reason.': 'ein Grund wurde nicht genannt.',

  'Expected the end of the file.': 'Erwartet wird das Ende der Datei.',
  'It nests too deeply to be looked at.': 'Sie ist zu tief verschachtelt, um angesehen zu werden.',
  'Expected a property name in double quotes, or `}`.':
    'Erwartet wird ein Name in doppelten Anführungszeichen oder `}`.',
  'Expected `:` after a property name.': 'Erwartet wird `:` nach einem Namen.',
  'A string does not end, or holds what must be escaped.':
    'Eine Zeichenkette endet nicht, oder enthält, was maskiert sein muss.',

  'its thread did not answer for {ms} ms.': 'ihr Thread hat {ms} ms lang nicht geantwortet.',
  'it ended its thread with {code}.': 'sie hat ihren Thread mit {code} beendet.',
  'it answered no list.': 'sie hat keine Liste geliefert.',
  'it threw {thrown}': 'sie hat {thrown} geworfen',
  'it is no object.': 'er ist kein Objekt.',
  'its `file` is no path relative to the project, with forward slashes.':
    'sein `file` ist kein Pfad relativ zum Projekt, mit Schrägstrichen.',
  'its `message` is no text.': 'sein `message` ist kein Text.',
  'its `severity` is not error, warning or info.': 'sein `severity` ist nicht error, warning oder info.',
  'its `position` is not a line and a column from 1 on.': 'sein `position` ist nicht Zeile und Spalte von 1 an.',
  'its `end` is not a line and a column from 1 on.': 'sein `end` ist nicht Zeile und Spalte von 1 an.',
  'its `fix` is no text.': 'sein `fix` ist kein Text.',
  'its `edits` are no list of edits.': 'seine `edits` sind keine Liste von Änderungen.',

  'it ended with {code}.': 'es endete mit {code}.',
  'it took more than {ms} ms.': 'es dauerte mehr als {ms} ms.',
  'it has not ended after {seconds} s.': 'es ist nach {seconds} s nicht fertig.',
  'It holds no signatures.': 'Sie enthält keine Signaturen.',
  'There is no signature.': 'Es gibt keine Signatur.',
  'The signature is about another {part}: {claimed}, and this is {found}.':
    'Die Signatur gilt etwas anderem ({part}): {claimed}, und dies ist {found}.',
  'It is a key of the type {type}.': 'Der Schlüssel ist vom Typ {type}.',

  '`{option}` of the plugin': '`{option}` des Plugins',
  'true or false': 'true oder false',
  'a list of globs': 'eine Liste von Globs',
  'a whole number of milliseconds above 0': 'eine ganze Zahl von Millisekunden über 0',
  'one of {words}': 'eins von {words}',
  'the server, @seaworthy/server': 'dem Server, @seaworthy/server',
};

let known: Say | undefined;

/** A part in German, or as it is. */
export function germanPart(text: string): string {
  known ??= sayWith(germanParts);
  return known(text) ?? text;
}
