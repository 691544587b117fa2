import type { RuleCatalogue } from './texts.ts';

export const configuration: RuleCatalogue = {
  'SEA-R050': {
    title: 'Umgebung überall gelesen',
    why: 'Niemand kann sagen, welche Variablen der Dienst braucht, und eine fehlende findet die erste Anfrage, die sie braucht.',
    fix: 'Lesen und prüfen Sie die Umgebung einmal, in einem Modul, und reichen Sie die Werte weiter.',
    says: {
      'The environment is read in {count} files outside of a configuration module, first in this one.':
        'Die Umgebung wird in {count} Dateien außerhalb eines Konfigurationsmoduls gelesen, zuerst in dieser.',
    },
    explains: {
      why: 'Jedes `process.env.X` ist eine Einstellung, die nirgends beschrieben ist, von niemandem geprüft und in einem anderen Augenblick gelesen wird. Mit einem Modul hält eine falsche Umgebung den Start mit einer Nachricht an, die alles nennt. Gemeldet werden mehr als fünf Dateien außerhalb eines Konfigurationsmoduls; `NODE_ENV` und was npm setzt, zählen nicht.',
      suppress: 'Wenn die Dateien einzelne Programme sind.',
    },
  },
  'SEA-R051': {
    title: 'Zahl aus der Umgebung ungeprüft',
    why: 'Aus einer fehlenden oder vertippten Variablen wird NaN, das still durch Zeitgrenzen, Grenzwerte und Größen geht.',
    fix: 'Prüfen Sie den Wert beim Start, und nennen Sie die Variable im Fehler.',
    says: {
      '`{variable}` becomes NaN when it is missing or mistyped.':
        '`{variable}` wird NaN, wenn sie fehlt oder vertippt ist.',
    },
    explains: {
      why: '`Number(undefined)` ist `NaN`. Ein Timer mit `NaN` feuert sofort, ein Grenzwert von `NaN` begrenzt nie, und `NaN ?? 30` ist immer noch `NaN`. Der Fehler zeigt sich nur in Produktion, wo die Variable von Hand gesetzt wird.',
      suppress: 'Wenn Code den Wert prüft, den die Regel nicht sieht.',
    },
  },
  'SEA-R052': {
    title: 'Geheimnis im Code',
    why: 'Jeder, der das Repository lesen kann, jetzt oder später, hat das Geheimnis, und ändern lässt es sich nur mit einem Release.',
    fix: 'Widerrufen Sie das Geheimnis, und lesen Sie das neue aus der Umgebung oder einem Tresor für Geheimnisse.',
    says: {
      'Here stands {kind}.': 'Hier steht {kind}.',
      '`{name}` is given a fixed value.': '`{name}` bekommt einen festen Wert.',
    },
    words: {
      'a GitHub token': 'ein Token von GitHub',
      'an npm token': 'ein Token von npm',
      'an AWS access key id': 'die Nummer eines Zugangsschlüssels von AWS',
      'a Slack token': 'ein Token von Slack',
      'a live Stripe key': 'ein scharfer Schlüssel von Stripe',
      'a SendGrid key': 'ein Schlüssel von SendGrid',
      'a Google API key': 'ein API-Schlüssel von Google',
      'a private key': 'ein privater Schlüssel',
      'an address with a password': 'eine Adresse mit einem Kennwort',
    },
    explains: {
      why: 'Ein Geheimnis in einem Repository steht in jedem Klon, in jedem Log eines Builds und in jeder Sicherung, für immer: Die Zeile zu entfernen nimmt es nicht aus der Geschichte. Tokens bekannter Form sind ein `error`, und wo die Form eine Prüfsumme hat, wird sie geprüft. Feste Werte von Variablen, die wie ein Geheimnis heißen, und Adressen mit einem Kennwort sind eine `warning`.',
      suppress:
        'Wenn der Wert mit Absicht öffentlich ist, wie der Schlüssel einer Anwendung im Browser. Tests und Beispiele werden nicht angesehen.',
    },
  },
  'SEA-R053': {
    title: 'Datei der Umgebung eingecheckt',
    why: 'Die Werte einer Maschine und ihre Geheimnisse stehen in jedem Klon und für immer in der Geschichte.',
    fix: 'Ändern Sie die Geheimnisse, nehmen Sie die Datei aus git, lassen Sie sie ignorieren, und behalten Sie eine .env.example ohne Werte.',
    says: {
      'This file gives values to {names}.': 'Diese Datei gibt diesen Variablen Werte: {names}.',
      'This file is not ignored, and holds the values of one machine.':
        'Diese Datei wird nicht ignoriert und enthält die Werte einer Maschine.',
    },
    explains: {
      why: '`.env` ist für eine Maschine gemacht. Eingecheckt trägt sie deren Kennwörter zu allen, und früher oder später startet ein Dienst mit den falschen. Dateien ohne Geheimnisse sind `info`; Dateien für Entwicklung oder Tests mit Geheimnissen sind eine `warning`.',
      suppress:
        'Wenn die Werte für eine Wegwerfumgebung gemacht sind, die es nur auf der Maschine der Entwicklerin gibt.',
    },
  },
  'SEA-R054': {
    title: 'keine Version von Node genannt',
    why: 'Es läuft mit dem Node, das zufällig installiert ist, und scheitert, wo das ein anderes ist.',
    fix: 'Nennen Sie die Versionen, mit denen Sie testen, in engines.node der package.json.',
    says: { 'package.json names no Node version.': 'package.json nennt keine Version von Node.' },
    explains: {
      why: 'In `engines.node` suchen Paketverwaltungen, Buildpacks und Menschen die Version von Node. Ohne sie nimmt ein Ausrollen seine Vorgabe, und die ändert sich. In einer Bibliothek, oder wenn ein Dockerfile oder eine `.nvmrc` eine Version nennt, ist der Befund `info`.',
      suppress: 'Wenn der Code nicht auf Node läuft.',
    },
  },
  'SEA-R055': {
    title: 'Version von Node nach ihrem Lebensende',
    why: 'Sie bekommt keine Sicherheitskorrekturen mehr.',
    fix: 'Gehen Sie zu einer Version mit langer Unterstützung über.',
    says: { 'Node {major} has had no fixes since {end}.': 'Node {major} bekommt seit {end} keine Korrekturen mehr.' },
    words: {
      'April 2023 or before': 'April 2023 oder früher',
      'June 2022': 'Juni 2022',
      'June 2023': 'Juni 2023',
      'June 2024': 'Juni 2024',
      'June 2025': 'Juni 2025',
      'June 2026': 'Juni 2026',
    },
    explains: {
      why: 'Eine Version von Node wird eine feste Zeit lang gepflegt. Danach bleiben darin Sicherheitslücken offen, über die alle lesen können. Angesehen werden: das Image, das läuft (`error`), Images zum Bauen, `.nvmrc`, `.node-version`, `engines` von Diensten und Werkzeugen und feste Versionen in Workflows (`warning`). Listen von Versionen einer Testmatrix und die `engines` von Bibliotheken bleiben in Ruhe.',
      suppress: 'Wenn die Version durch einen Vertrag von jemand anderem Korrekturen bekommt.',
    },
  },
  'SEA-R056': {
    title: 'NODE_ENV ist im Image nicht gesetzt',
    why: 'Frameworks laufen dann im Entwicklungsmodus: langsamer, und mit Stacks in ihren Antworten.',
    fix: 'Setzen Sie `ENV NODE_ENV=production` in der letzten Stufe.',
    says: {
      'Nothing sets NODE_ENV before this command starts.': 'Nichts setzt NODE_ENV, bevor dieser Befehl beginnt.',
    },
    explains: {
      why: 'Express hält keine Ansichten vor und schreibt Stacks in Antworten, React rendert mit seinem langsamen Build, und Paketverwaltungen installieren, was nur die Entwicklung braucht. Was die Plattform setzt, kann die Regel nicht sehen, also sagt sie `info`.',
      suppress: 'Wenn die Plattform es setzt.',
    },
  },
  'SEA-R057': {
    title: 'Secret von Kubernetes mit Werten eingecheckt',
    why: 'Base64 verbirgt nichts: Wer das Repository lesen kann, kann das Geheimnis lesen.',
    fix: 'Ändern Sie das Geheimnis, und behalten Sie nur einen Verweis: ein versiegeltes oder externes Secret, oder eines von Hand.',
    says: {
      'The Secret `{name}` holds values for {keys}.': 'Das Secret `{name}` enthält Werte für {keys}.',
    },
    explains: {
      why: '`data` in einem Secret ist kodiert, nicht verschlüsselt. Ein Manifest damit wirkt wie das Kennwort im Klartext.',
      suppress: 'Wenn das Manifest zu einem Cluster gehört, das nur für einen Test lebt.',
    },
  },
};
