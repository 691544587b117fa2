import { translate, type Translation } from '@seaworthy/errors';
import { CliErrors } from '../errors.ts';
import { germanPart } from './de-parts.ts';
import { sayWith } from './templates.ts';

/** The errors of the command line in German, by what follows `seaworthy.cli.` in their codes. */
const messages: Readonly<Record<keyof typeof CliErrors, string>> = {
  DIRECTORY_MISSING:
    'Es gibt kein Verzeichnis "{directory}". Prüfen Sie den Pfad, oder lassen Sie ihn weg, um das aktuelle zu prüfen.',
  NOT_A_DIRECTORY: '"{directory}" ist kein Verzeichnis. Nennen Sie das Verzeichnis, in dem das Projekt liegt.',
  DIRECTORY_UNREADABLE:
    'Das Verzeichnis "{directory}" ließ sich nicht lesen ({reason}). Erlauben Sie diesem Benutzer, es zu lesen, oder nehmen Sie es aus.',
  NOTHING_TO_AUDIT:
    'In "{directory}" ist keine Datei zu prüfen. Prüfen Sie den Pfad, und dass `ignore` und .gitignore etwas übrig lassen.',
  AUDIT_LOG_UNREADABLE:
    'Das Prüfprotokoll {path} ließ sich nicht lesen: {reason} Prüfen Sie den Pfad und seine Rechte.',
  KEY_VARIABLE_EMPTY:
    'Die Umgebungsvariable {variable} enthält keinen Schlüssel. Setzen Sie sie auf den Schlüssel, mit dem das Prüfprotokoll geschrieben wurde.',
  HEAD_UNREADABLE:
    'Der Kopf "{received}" ist nicht lesbar. Schreiben Sie ihn, wie `seaworthy logs verify` ihn ausgibt: eine Zahl, ein Doppelpunkt und 64 hexadezimale Ziffern.',
  FILE_UNREADABLE:
    'Die Datei ließ sich nicht lesen ({reason}). Erlauben Sie diesem Benutzer, sie zu lesen, oder nehmen Sie sie aus.',
  FILE_TOO_LARGE:
    'Die Datei hat {bytes} Bytes, mehr als die {limit}, die gelesen werden. Teilen Sie sie, oder nehmen Sie sie aus, wenn sie erzeugt ist.',
  FILE_NOT_UTF8:
    'Die Datei ist ab Byte {offset} kein UTF-8. Wandeln Sie sie um, oder nehmen Sie sie aus, wenn sie kein Text ist.',
  FILE_UNPARSABLE:
    'Die Datei ist fehlerhaft: {reason} Berichtigen Sie sie, oder nehmen Sie sie aus, wenn sie es mit Absicht ist.',
  RULE_CRASHED:
    'Regel {rule} ist abgestürzt: {reason} Ihre Befunde fehlen; schalten Sie sie in `rules` aus, bis sie berichtigt ist.',
  RULE_TIMEOUT:
    'Regel {rule} war nach {timeoutMs} ms nicht fertig und wurde angehalten. Ihre Befunde fehlen; erhöhen Sie --rule-timeout, oder schalten Sie sie in `rules` aus.',
  AUDIT_LOST:
    'Die Prüfung konnte nicht weitergehen: {reason} Starten Sie sie noch einmal mit --verbose, und melden Sie es, wenn es wieder geschieht.',
  LOOK_TIMEOUT:
    'Das Projekt wurde nicht innerhalb von {timeoutMs} ms angesehen. Nehmen Sie mit `ignore` aus, was nicht angesehen werden muss; mit der nächsten Änderung wird es wieder versucht.',
  RULE_FINDING_INVALID: 'Regel {rule} hat einen Befund geliefert, der keiner ist: {reason} Berichtigen Sie die Regel.',
  WRONG_KIND:
    '{path} ist von der Art {kind} und nicht als {wanted} lesbar. Fragen Sie die Ansicht nach Dateien der richtigen Art.',
  OUT_OF_SCOPE:
    'Eine Regel mit dem Bereich "file" hat nach {path} gefragt. Sehen Sie nur die gegebenen Dateien an, oder lassen Sie den Bereich weg.',
  DUPLICATE_RULE:
    'Die Regel {rule} kommt von {first} und von {second}. Jede Regel gibt es einmal; benennen Sie eine um.',
  PACK_FAILED:
    'Das Regelpaket {pack} ließ sich nicht laden: {reason} Entfernen Sie es, oder installieren Sie eine Version, die geht.',
  EXPLANATION_MISSING:
    'Die Erklärung von {rule} ist nicht da, wo sie sein sollte ({path}). Installieren Sie das Paket noch einmal.',
  UNKNOWN_RULE: 'Es gibt keine Regel {rule}{place}.{suggestion} `seaworthy rules` nennt alle.',
  UNKNOWN_ID:
    'Unter dem Namen {id} ist nichts bekannt.{suggestion} Nennen Sie eine Regel wie SEA-R001 oder einen Fehlercode wie seaworthy.config.INVALID.',
  OUTPUT_NOT_YOURS:
    'Eine Datei würde nach {output} geschrieben, außerhalb des Projekts, weil {source} es sagt: Eine Datei des Projekts darf nichts von Ihnen überschreiben. Geben Sie {flag} an, um es selbst zu sagen.',
  OUTPUT_UNWRITABLE:
    'Der Bericht ließ sich nicht nach {path} schreiben ({reason}). Prüfen Sie, dass das Verzeichnis da und beschreibbar ist.',
  FIX_UNWRITABLE:
    'Die Datei {path} ließ sich nicht berichtigen ({reason}). Sie ist, wie sie war; prüfen Sie ihre Rechte, und starten Sie --fix noch einmal.',
  NOTHING_TO_PREVIEW: '--dry-run zeigt, was --fix schreiben würde. Geben Sie auch --fix an.',
  FLAGS_APART: '{first} geht nicht zusammen mit {second}: {reason} Lassen Sie eins davon weg.',
  INPUT_UNREADABLE: 'Die Datei {path} ist nicht zu gebrauchen: {reason} Prüfen Sie den Pfad und was die Datei enthält.',
  KEY_MISSING:
    'Es fehlt ein Schlüssel. Geben Sie --key mit einer PEM-Datei an; die Option kann mehrmals angegeben werden.',
  KEY_UNREADABLE:
    'Die Datei {path} enthält keinen brauchbaren Schlüssel ({kind}): {reason} Machen Sie einen Ed25519-Schlüssel, als PEM und ohne Kennwort.',
  SIGNATURE_APART:
    'Eine Signatur wird mit einem Schlüssel geprüft, und ein Schlüssel prüft eine Signatur. Geben Sie --key und --signature zusammen an.',
  PLUGIN_REFUSED:
    'Das Plugin {plugin} wurde nicht installiert: {reason} Fragen Sie, wer es veröffentlicht, oder nehmen Sie einen anderen Schlüssel.',
  SPEC_INVALID:
    'Das Plugin {spec} ist kein Name in einer Registry. Nennen Sie einen Namen wie @acme/exporter, gern mit @ und einer Version.',
  NO_PLUGIN:
    'Die package.json in {path} hat kein Objekt `seaworthy`, ist also kein Plugin. Beschreiben Sie das Plugin dort.',
  NPM_MISSING: 'npm ließ sich nicht starten: {reason} Installieren Sie es, oder nehmen Sie es in den PATH auf.',
  NPM_FAILED: '`npm {command}` hat seine Arbeit nicht getan: {reason} Was npm dazu sagt, steht darüber.',
  NOBODY_TO_ASK:
    'Niemand ist da, um die Fragen von init zu beantworten. Mit --yes wird ohne Fragen geschrieben, was fehlt.',
  INIT_LINK:
    '{path} ist ein Link, und durch ihn wird nichts geschrieben. Ersetzen Sie ihn durch sein Ziel, oder schreiben Sie die Datei selbst.',
  UNKNOWN_LOCALE: 'Die Sprache {locale} kann dieser Befehl nicht. Nennen Sie eine von {locales}.',
  BASELINE_UNREADABLE:
    'Die Baseline {path} ist nicht zu gebrauchen: {reason} Prüfen Sie den Pfad, oder schreiben Sie sie mit `seaworthy audit --baseline {path} --write-baseline`.',
  BASELINE_MISSING:
    'Es fehlt ein Ort für die Baseline. Geben Sie --baseline an, oder setzen Sie `baseline` in der Konfigurationsdatei.',
  REPORT_UNREADABLE:
    'Der Bericht {path} ist nicht zu gebrauchen: {reason} Machen Sie einen mit `seaworthy audit --format json --output report.json`.',
  REPORTS_APART:
    'Die Berichte sind von zwei Projekten, {before} und {after}. Vergleichen Sie zwei Berichte von einem; `project` in der Konfigurationsdatei gibt ihm den Namen.',
  REPORT_NOT_THERE:
    '{url} liefert keinen Bericht ({status}): {detail} Prüfen Sie die Adresse, und dass ein Bericht dorthin gesendet wurde.',
  REPORT_UNREACHABLE:
    '{url} ließ sich nicht nach einem Bericht fragen: {reason} Prüfen Sie, dass der Server läuft, und fragen Sie noch einmal.',
  DIFF_URL_MISSING:
    'Ein Bericht ist gegeben, und es fehlt ein Server mit einem, mit dem er verglichen wird. Geben Sie zwei Berichte an oder --url, oder setzen Sie SEAWORTHY_PUSH_URL oder `push.url`.',
  UNKNOWN_FORMAT: 'Das Format {format} gibt es nicht.{suggestion} Nennen Sie eins von {formats}.',
  PUSH_URL_MISSING:
    'Es fehlt ein Server. Geben Sie --url an, setzen Sie SEAWORTHY_PUSH_URL, oder `push.url` in der Konfigurationsdatei.',
  TARGET_NOT_YOURS:
    '{secret} kommt von {secretSource} und {target} von {targetSource}, einer Datei des Projekts: Sie könnte das Geheimnis an jeden senden. {advice}, um selbst zu sagen, wohin es geht.',
  PUSH_REFUSED:
    '{url} hat den Bericht mit {status} abgelehnt: {detail} Berichtigen Sie, was dort steht, und senden Sie ihn noch einmal.',
  PUSH_UNAVAILABLE: '{url} ist gerade nicht erreichbar ({status}), auch nach {attempts}. Senden Sie ihn später.',
  PUSH_BROKEN:
    '{url} hat mit {status} geantwortet: {detail} Sehen Sie in das Log des Servers, und senden Sie ihn noch einmal.',
  PUSH_FAILED:
    '{url} war nicht zu erreichen: {reason} Prüfen Sie die Adresse, und dass der Server läuft, und senden Sie ihn noch einmal.',
  PUSH_ANSWER_INVALID:
    '{url} hat mit {status} geantwortet, aber nicht mit Nummer und Adresse eines Berichts. Prüfen Sie, ob es ein Server von Seaworthy ist.',
  CONFIG_MODULE_FAILED:
    'Das Modul {path} ließ sich nicht ausführen: {reason} Prüfen Sie den Pfad, und dass das Modul für sich allein läuft.',
  CONFIG_MISSING:
    '{path} exportiert keine Konfiguration. Exportieren Sie, was `defineConfig` liefert, als `default`, `definition` oder `config`.',
  CONFIG_SOURCES:
    '{path} exportiert `sources`, die keine Liste von Quellen sind. Exportieren Sie eine Liste dessen, was `file`, `env` und die anderen liefern.',
  CONFIG_LOADED:
    'Die Konfiguration von {path} lädt das Modul selbst, und sie nimmt keine weiteren Quellen an. Lassen Sie --file und --prefix weg, oder exportieren Sie die Definition.',
  BUILD_OPTION_UNKNOWN:
    'Das Plugin kennt keine Option {option}.{suggestion} Lassen Sie sie weg, oder nennen Sie eine von {options}.',
  BUILD_OPTION_WRONG:
    'Erwartet wird für `{option}` des Plugins {expected}, gegeben ist {received}. Berichtigen Sie es dort, wo das Plugin erzeugt wird.',
  BUILD_AUDIT_TIMEOUT:
    'Die Prüfung von {directory} war nach {timeoutMs} ms nicht fertig. Nehmen Sie mit `ignore` aus, was nicht angesehen werden muss, oder erhöhen Sie `timeoutMs` des Plugins.',
  INTERRUPTED: 'Unterbrochen: {done}. Starten Sie den Befehl noch einmal für den Rest.',
};

/** Says a message of the catalogue that was made already, by its code: what is left of an error in a report. */
export function germanMessage(code: string, message: string): string {
  const known = Object.entries(CliErrors).find(([, kind]) => kind.code === code);
  if (known === undefined) return message;
  const [name, kind] = known;
  const text = new Map(Object.entries(messages)).get(name) ?? message;
  return sayWith({ [kind.meta.message]: text }, germanPart)(message) ?? message;
}

/** A parameter that a message is made of is not translated: reasons come from systems and parsers. */
export function germanErrors(): Translation {
  const byCode = Object.entries(messages).map(([name, text]) => [`seaworthy.cli.${name}`, text]);
  return translate('de', Object.fromEntries(byCode), CliErrors);
}
