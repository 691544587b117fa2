import { plural } from '../reporters/text.ts';
import type { Messages } from './messages.ts';

const files = (amount: number): string => plural(amount, 'Datei', 'Dateien');
const findings = (amount: number): string => plural(amount, 'Befund', 'Befunde');
const rules = (amount: number): string => plural(amount, 'Regel', 'Regeln');

export const de: Messages = {
  severities: { error: 'Fehler', warning: 'Warnung', info: 'Hinweis' },
  fix: 'Abhilfe',
  more: 'mehr',
  score: 'Wertung',
  ofHundred: 'von 100',
  categories: {
    errors: 'Fehlerbehandlung',
    logging: 'Protokolle',
    telemetry: 'Telemetrie',
    health: 'Gesundheit',
    lifecycle: 'Lebenszyklus',
    configuration: 'Konfiguration',
    resilience: 'Widerstandskraft',
    security: 'Sicherheit',
    deployment: 'Auslieferung',
    quality: 'Qualität',
  },
  couldNotFinish: 'nicht zu Ende gekommen',
  morePlaces: (amount) => `und ${plural(amount, 'weitere Stelle', 'weitere Stellen')}: --format compact nennt sie alle`,
  counts: ({ errors, warnings, infos }) =>
    [
      errors > 0 ? plural(errors, 'Fehler', 'Fehler') : '',
      warnings > 0 ? plural(warnings, 'Warnung', 'Warnungen') : '',
      infos > 0 ? plural(infos, 'Hinweis', 'Hinweise') : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
  nothingFound: (amount, by) => `Nichts gefunden in ${files(amount)} mit ${rules(by)}.`,
  foundIn: (counts, amount) => (amount === 0 ? `${counts}.` : `${counts} in ${files(amount)}.`),
  rulesUnfinished: (amount) => `${rules(amount)} nicht zu Ende gekommen.`,
  filesUnseen: (amount) => `${files(amount)} nicht lesbar.`,
  suppressed: (amount) => `${findings(amount)} unterdrückt.`,
  reportIsIn: (path) => `Der Bericht steht in ${path}.`,
  reportIsAt: (url) => `Der Bericht steht unter ${url}.`,
  waitingForChanges: 'Wartet auf Änderungen; Strg-C beendet.',
  baselineWritten: (amount, path) => `${findings(amount)} in ${path} geschrieben.`,
  baselineHeld: (amount, path) => `${findings(amount)} durch ${path} zurückgehalten.`,
  baselineUnused: (amount) =>
    `${plural(amount, 'Eintrag', 'Einträge')} nicht mehr gefunden; --write-baseline entfernt:`,
  mended: 'behoben',
  notMended: 'nicht behoben',
  mendedIn: (amount, where) => `${findings(amount)} in ${files(where)} behoben.`,
  canBeMended: (amount, where) =>
    `${findings(amount)} in ${files(where)} lassen sich beheben; geschrieben wurde nichts.`,
  refusals: {
    overlap: 'überschneidet sich mit einer anderen Änderung',
    changed: 'die Datei hat sich inzwischen geändert',
    unparsable: 'die Datei wäre nicht mehr lesbar',
    'not-ours': 'ist ein Link oder liegt hinter einem',
  },
  endless: (rounds) =>
    `Nach ${rounds} Durchgängen war noch etwas zu beheben: Zwei Änderungen machen einander rückgängig.`,
  init: {
    settingsInManifest: 'Die Einstellungen stehen in package.json und bleiben dort.',
    writeAnew: (file) => `${file} ist da. Neu schreiben?`,
    stays: (file) => `${file} ist da und bleibt, wie sie ist.`,
    failFrom: 'Ab welchem Schweregrad schlägt eine Prüfung fehl?',
    writeWorkflow: 'Einen Workflow für GitHub schreiben, der jeden Pull-Request prüft?',
    noManifest: 'Es gibt keine package.json, also kam kein Skript hinzu.',
    hasScript: (name) => `package.json hat ein Skript ${name} und bleibt, wie sie ist.`,
    noScripts: 'package.json ist kein Objekt mit Skripten, also kam kein Skript hinzu.',
    addScript: (name) => `Das Skript ${name} in package.json aufnehmen?`,
    next: (command) => `Als Nächstes: ${command}`,
    yesOrNo: (proposed) => (proposed ? 'J/n' : 'j/N'),
    yes: /^(?:ja?|y(?:es)?)$/,
    no: /^(?:n|no|nein)$/,
  },
  diff: {
    added: 'Neu',
    gone: 'Weg',
    unseen: 'Nicht angesehen',
    category: 'Bereich',
    before: 'vorher',
    after: 'nachher',
    overall: 'gesamt',
    noScore: 'keine',
    summary: (added, gone, unchanged, unseen) =>
      `${findings(added)} neu, ${gone} weg, ${unchanged} wie zuvor${unseen === 0 ? '' : `, ${unseen} nicht angesehen`}.`,
  },
  shortHelp: `seaworthy sagt, ob eine Codebasis bereit für die Produktion ist, warum nicht, und was zu tun ist.

  seaworthy audit                    sieht das aktuelle Verzeichnis an
  seaworthy explain SEA-R012         sagt, warum eine Regel wichtig ist, mit einem falschen und einem richtigen Weg
  seaworthy init                     richtet ein Projekt ein: eine Konfigurationsdatei, einen Workflow, ein Skript

seaworthy --help nennt alle Befehle, seaworthy <Befehl> --help die Optionen von einem.
`,
  page: {
    language: 'de',
    readiness: 'Bereitschaft',
    noScore: 'keine Wertung',
    score: 'Wertung',
    scoreOf: (category) => `Wertung: ${category}`,
    category: 'Bereich',
    errors: 'Fehler',
    warnings: 'Warnungen',
    infos: 'Hinweise',
    findings: 'Befunde',
    fix: 'Abhilfe',
    places: (amount) => plural(amount, 'Stelle', 'Stellen'),
    lines: (first, last) => `Zeilen ${first} bis ${last}`,
    couldNotFinish: 'Nicht zu Ende gekommen',
  },
  ruleList: {
    experimental: 'auf Probe',
    total: (amount) => `${rules(amount)}. seaworthy explain <id> sagt mehr.`,
  },
  editor: {
    fix: 'Abhilfe',
    mendAll: 'Alle Befunde von Seaworthy beheben, die sich sicher beheben lassen',
    hold: (rule) => `${rule} hier zurückhalten, mit einem Grund`,
    moreFindings: (amount) =>
      `In dieser Datei gibt es ${plural(amount, 'weiteren Befund', 'weitere Befunde')}. \`seaworthy audit\` zeigt alle.`,
    looking: 'Das Projekt wird angesehen',
  },
  belongsTo: (id, owner) => `${id} gehört zu ${owner}. Seine Codes sind in docs/reference/errors.md erklärt.`,
  logs: {
    holdBefore: (entries) => `Davor: ${plural(entries, 'Eintrag', 'Einträge')} unverändert.`,
    noneChanged: (entries, head) => `${plural(entries, 'Eintrag', 'Einträge')}, keiner geändert. Sein Kopf ist ${head}`,
  },
  config: {
    nothingWrong: (keys, environment) =>
      `${plural(keys, 'Schlüssel', 'Schlüssel')}, nichts ist falsch (${environment}).`,
    hasProblems: (path, problems) => `${path} hat ${plural(problems, 'Problem', 'Probleme')}.`,
    over: (value, source) => `statt ${value} aus ${source}`,
    notSet: 'nicht gesetzt',
  },
  plugin: {
    signedWith: (keys) => `Signiert mit ${keys}.`,
    signedBy: (keys) => `signiert von ${keys}`,
    unsigned: 'nicht signiert',
    notVouchedFor: 'Niemand hat sich dafür verbürgt: Mit --key und --signature wird es geprüft.',
    signatures: (amount) => plural(amount, 'Signatur', 'Signaturen'),
    found: (amount) => `${plural(amount, 'Plugin', 'Plugins')} gefunden.`,
    foundIn: (amount, directory) => `${plural(amount, 'Plugin', 'Plugins')} gefunden in ${directory}.`,
    next: (directory, commands) => `Als Nächstes, in ${directory}: ${commands.join(', dann ')}.`,
    leavesNothing: (tier) => `${tier}: startet, stoppt und lässt nichts zurück`,
  },
};
