/** What the help of commands says in German, by what it says in English; a test compares it with every command. */
export const germanHelp: Readonly<Record<string, string>> = {
  'Tells whether a code base is ready for production, why not, and how to fix it.':
    'Sagt, ob eine Codebasis bereit für die Produktion ist, warum nicht, und was zu tun ist.',
  'Every command takes --locale en or --locale de; otherwise LC_ALL, LC_MESSAGES and LANG say what is spoken.':
    'Jeder Befehl nimmt --locale en oder --locale de; sonst sagen LC_ALL, LC_MESSAGES und LANG, was gesprochen wird.',
  'Look at a code base and say what keeps it from production':
    'Sieht eine Codebasis an und sagt, was sie von der Produktion abhält',
  'Set a project up: a config file, a workflow for GitHub, a script':
    'Richtet ein Projekt ein: eine Konfigurationsdatei, ein Workflow für GitHub, ein Skript',
  'Explain a rule or an error code': 'Erklärt eine Regel oder einen Fehlercode',
  'List all rules': 'Zählt alle Regeln auf',
  'Send reports to a server, show and compare them': 'Sendet Berichte an einen Server, zeigt und vergleicht sie',
  'Write, try out, sign, publish, find and install plugins':
    'Schreibt, probiert, signiert, veröffentlicht, findet und installiert Plugins',
  'Look after the schemas of a module; the module is run':
    'Kümmert sich um die Schemas eines Moduls; das Modul wird ausgeführt',
  'Check audit logs': 'Prüft Prüfprotokolle',
  'Show findings in an editor, as a language server': 'Zeigt Befunde in einem Editor, als Language Server',
  'Look at a file of feature flags': 'Sieht eine Datei mit Feature-Flags an',
  'Look at the configuration of a service': 'Sieht die Konfiguration eines Dienstes an',
  'Write a script that completes commands in a shell: bash, zsh or fish':
    'Schreibt ein Skript, das Befehle in einer Shell ergänzt: bash, zsh oder fish',
  'Looks at a code base and says what keeps it from production.':
    'Sieht eine Codebasis an und sagt, was sie von der Produktion abhält.',
  'Exit codes: 0 nothing at or above --fail-on, 1 something found, 2 asked wrongly, 3 could not finish looking, 130 interrupted.':
    'Exitcodes: 0 nichts ab --fail-on, 1 etwas gefunden, 2 falsch gefragt, 3 nicht zu Ende gekommen, 130 unterbrochen.',
  'How to write the report: pretty, compact, json, github, markdown, sarif, junit, html':
    'Wie der Bericht geschrieben wird: pretty, compact, json, github, markdown, sarif, junit, html',
  'Write the report to a file instead of standard output':
    'Schreibt den Bericht in eine Datei statt auf die Standardausgabe',
  'Exit with 1 from this severity on: error, warning, info, never':
    'Endet ab diesem Schweregrad mit 1: error, warning, info, never',
  'Hold back the findings that are in this file': 'Hält die Befunde zurück, die in dieser Datei stehen',
  'Write all findings into the file of --baseline': 'Schreibt alle Befunde in die Datei von --baseline',
  'Look again only at what has changed since the last run': 'Sieht nur an, was sich seit dem letzten Lauf geändert hat',
  'Where to keep what is known, instead of the cache directory of the user':
    'Wo aufbewahrt wird, was bekannt ist, statt im Cache-Verzeichnis des Benutzers',
  'Strict: experimental rules are off, every file must be readable':
    'Streng: Regeln auf Probe sind aus, jede Datei muss lesbar sein',
  'Leave out files that match this glob; may be given several times':
    'Lässt Dateien aus, auf die dieses Glob passt; mehrmals möglich',
  'Use this config file': 'Nimmt diese Konfigurationsdatei',
  'How long one rule may take, in milliseconds': 'Wie lange eine Regel brauchen darf, in Millisekunden',
  'Put the duration into the report': 'Schreibt die Dauer in den Bericht',
  'Also push the report to this server': 'Sendet den Bericht auch an diesen Server',
  'The bearer token for --push; better kept in SEAWORTHY_PUSH_TOKEN':
    'Das Bearer-Token für --push; besser aufgehoben in SEAWORTHY_PUSH_TOKEN',
  'Mend what can be mended safely, and report the rest': 'Behebt, was sich sicher beheben lässt, und meldet den Rest',
  'With --fix: write a patch to standard output instead, and no file':
    'Mit --fix: schreibt einen Patch auf die Standardausgabe, und keine Datei',
  'Look again whenever a file changes, until Ctrl-C': 'Sieht bei jeder Änderung einer Datei wieder hin, bis Strg-C',
  'Log to standard error': 'Schreibt ein Log auf die Standardfehlerausgabe',
  'The directory to look at; the current one by default': 'Das Verzeichnis; ohne Angabe das aktuelle',
  'Asks what is wanted, and writes over nothing without asking. Prints the files that were written.':
    'Fragt, was gewünscht ist, und überschreibt nichts ungefragt. Gibt die geschriebenen Dateien aus.',
  'Ask nothing: write what is missing, and leave what is there':
    'Fragt nichts: schreibt, was fehlt, und lässt, was da ist',
  'The directory of the project; the current one by default': 'Das Verzeichnis des Projekts; ohne Angabe das aktuelle',
  'A rule such as SEA-R001, or a code such as seaworthy.config.INVALID':
    'Eine Regel wie SEA-R001 oder ein Code wie seaworthy.config.INVALID',
  'How to write the list': 'Wie die Liste geschrieben wird',
  'Push a report to a server': 'Sendet einen Bericht an einen Server',
  'Write a JSON report in another format': 'Schreibt einen JSON-Bericht in einem anderen Format',
  'Tell which findings are new, and which are gone': 'Sagt, welche Befunde neu sind und welche weg',
  'Pushes the bytes of a JSON report, as `seaworthy audit --format json` writes it, and prints its address on the server.':
    'Sendet die Bytes eines JSON-Berichts, wie `seaworthy audit --format json` ihn schreibt, und gibt seine Adresse auf dem Server aus.',
  'Without a file the current directory is audited; - reads standard input.':
    'Ohne eine Datei wird das aktuelle Verzeichnis geprüft; - liest die Standardeingabe.',
  'The server, such as https://seaworthy.example.com': 'Der Server, etwa https://seaworthy.example.com',
  'The bearer token; better kept in SEAWORTHY_PUSH_TOKEN':
    'Das Bearer-Token; besser aufgehoben in SEAWORTHY_PUSH_TOKEN',
  'The report, or - for standard input': 'Der Bericht, oder - für die Standardeingabe',
  'How to write it: pretty, compact, json, github, markdown, sarif, junit, html':
    'Wie er geschrieben wird: pretty, compact, json, github, markdown, sarif, junit, html',
  'A JSON report': 'Ein JSON-Bericht',
  'Exits with 1 when the later report has findings at or above --fail-on that the earlier one has not. Lines that moved are no difference.':
    'Endet mit 1, wenn der spätere Bericht Befunde ab --fail-on hat, die der frühere nicht hat. Verschobene Zeilen sind kein Unterschied.',
  'Each is a file, - for standard input, or the address of a report on a server. With one report, it is compared with the newest that the server has of its project.':
    'Jeder ist eine Datei, - für die Standardeingabe, oder die Adresse eines Berichts auf einem Server. Ein einzelner wird mit dem neuesten verglichen, den der Server von seinem Projekt hat.',
  'Exit with 1 when a finding of this severity or above is new':
    'Endet mit 1, wenn ein Befund ab diesem Schweregrad neu ist',
  'How to write it': 'Wie er geschrieben wird',
  'The earlier JSON report; may be left out with --url': 'Der frühere JSON-Bericht; mit --url entbehrlich',
  'The later JSON report': 'Der spätere JSON-Bericht',
  'Write a plugin to begin with': 'Schreibt ein Plugin für den Anfang',
  'Start and stop a plugin in every tier that it allows, and tell what it leaves behind':
    'Startet und stoppt ein Plugin in jeder Stufe, die es erlaubt, und sagt, was es zurücklässt',
  'Sign a packed plugin': 'Signiert ein gepacktes Plugin',
  'Tell whether a packed plugin is what the owner of a key has signed':
    'Sagt, ob ein gepacktes Plugin das ist, was der Eigentümer eines Schlüssels signiert hat',
  'Let npm publish a plugin to the registry it is set up for':
    'Lässt npm ein Plugin in der Registry veröffentlichen, für die es eingerichtet ist',
  'Fetch a plugin, check who signed it, and unpack it; no script of it runs':
    'Holt ein Plugin, prüft, wer es signiert hat, und packt es aus; kein Skript davon läuft',
  'List the plugins that are installed in a directory':
    'Zählt die Plugins auf, die in einem Verzeichnis installiert sind',
  'Search the registry for packages with the keyword seaworthy-plugin':
    'Sucht in der Registry nach Paketen mit dem Stichwort seaworthy-plugin',
  'A new or empty directory; named like the plugin by default':
    'Ein neues oder leeres Verzeichnis; ohne Angabe heißt es wie das Plugin',
  'typescript or javascript': 'typescript oder javascript',
  'What it does, in one sentence': 'Was es tut, in einem Satz',
  'Its name, as npm takes it': 'Sein Name, wie npm ihn nimmt',
  'The directory of a built plugin; this one by default': 'Das Verzeichnis eines gebauten Plugins; ohne Angabe dieses',
  'A private Ed25519 key as PEM': 'Ein privater Ed25519-Schlüssel als PEM',
  'Where to write the signature, instead of beside the archive':
    'Wohin die Signatur geschrieben wird, statt neben das Archiv',
  'What `npm pack` has made': 'Was `npm pack` gemacht hat',
  'A public key as PEM; one of those given has to have signed':
    'Ein öffentlicher Schlüssel als PEM; einer der gegebenen muss signiert haben',
  'The signature, if it is not beside the archive': 'Die Signatur, wenn sie nicht neben dem Archiv liegt',
  'The tag of the version': 'Der Tag der Version',
  'public or restricted': 'public oder restricted',
  'Say what would be published, and publish nothing': 'Sagt, was veröffentlicht würde, und veröffentlicht nichts',
  'A directory or an archive; the current directory by default':
    'Ein Verzeichnis oder ein Archiv; ohne Angabe das aktuelle Verzeichnis',
  'The file with its signature': 'Die Datei mit seiner Signatur',
  'The directory of plugins; plugins by default': 'Das Verzeichnis der Plugins; ohne Angabe plugins',
  'Its name, perhaps with @ and a version': 'Sein Name, gern mit @ und einer Version',
  'One JSON value on standard output': 'Ein JSON-Wert auf der Standardausgabe',
  'Words to look for': 'Wörter, nach denen gesucht wird',
  'Fail when schemas that were published are broken': 'Schlägt fehl, wenn veröffentlichte Schemas gebrochen sind',
  'Check, then write the lock': 'Prüft und schreibt dann den Lock',
  'Write a version as JSON Schema': 'Schreibt eine Version als JSON Schema',
  'Tell what has changed between two versions, in both directions':
    'Sagt, was sich zwischen zwei Versionen geändert hat, in beide Richtungen',
  'What was published; schemas.lock.json by default': 'Was veröffentlicht wurde; ohne Angabe schemas.lock.json',
  'What new versions must keep to; BACKWARD by default':
    'Woran sich neue Versionen halten müssen; ohne Angabe BACKWARD',
  'text, json, github or junit': 'text, json, github oder junit',
  'Fail on warnings too': 'Schlägt auch bei Warnungen fehl',
  'A module that exports subjects or registries': 'Ein Modul, das Subjects oder Registries exportiert',
  'The module, then subject, version': 'Das Modul, dann Subject, Version',
  'The module, then subject, version, version': 'Das Modul, dann Subject, Version, Version',
  'Check that an audit log was not changed': 'Prüft, dass ein Prüfprotokoll nicht geändert wurde',
  'Checks the chain of an audit log that @seaworthy/logger wrote, and prints its head: kept elsewhere and given to the next check with --expected, it shows that nothing was cut off the end.':
    'Prüft die Kette eines Prüfprotokolls, das @seaworthy/logger geschrieben hat, und gibt ihren Kopf aus: Anderswo aufbewahrt und der nächsten Prüfung mit --expected gegeben, zeigt er, dass am Ende nichts abgeschnitten wurde.',
  'Exits with 1 when an entry was edited, removed, swapped or cut off, and names the first bad line.':
    'Endet mit 1, wenn ein Eintrag geändert, entfernt, vertauscht oder abgeschnitten wurde, und nennt die erste schlechte Zeile.',
  'The environment variable that holds the key of the log': 'Die Umgebungsvariable mit dem Schlüssel des Protokolls',
  'A head that was kept elsewhere: the log must contain that entry':
    'Ein Kopf, der anderswo aufbewahrt wurde: Das Protokoll muss diesen Eintrag enthalten',
  'The audit log': 'Das Prüfprotokoll',
  'Speaks the Language Server Protocol over standard input and output. An editor starts it: findings are shown in place, with their explanation and what can be done about them.':
    'Spricht das Language Server Protocol über Standardeingabe und -ausgabe. Ein Editor startet ihn: Befunde werden an ihrer Stelle gezeigt, mit ihrer Erklärung und dem, was sich tun lässt.',
  'Exit codes: 0 after `shutdown`, 1 when the editor has gone without it, 130 interrupted.':
    'Exitcodes: 0 nach `shutdown`, 1 wenn der Editor ohne das gegangen ist, 130 unterbrochen.',
  'Over standard input and output, which it always does': 'Über Standardeingabe und -ausgabe, was immer so ist',
  'List the flags, whose they are and until when': 'Zählt die Flags auf, wem sie gehören und bis wann',
  'Tell what is wrong or careless': 'Sagt, was falsch oder leichtsinnig ist',
  'Tell what can be removed': 'Sagt, was entfernt werden kann',
  'Tell which rules decide, why, and how a subject came into its bucket':
    'Sagt, welche Regeln entscheiden, warum, und wie ein Subjekt in sein Bucket kam',
  'Write plain flagd, without the operator "flag"': 'Schreibt reines flagd, ohne den Operator "flag"',
  "A file in flagd's format": 'Eine Datei im Format von flagd',
  'What "expired" is measured by': 'Woran "abgelaufen" gemessen wird',
  'A JSON list of the keys that were evaluated': 'Eine JSON-Liste der Schlüssel, die ausgewertet wurden',
  'How subjects are bucketed: v1, v2 or v3': 'Wie Subjekte auf Buckets verteilt werden: v1, v2 oder v3',
  'What the flag is evaluated about': 'Worüber das Flag ausgewertet wird',
  'The key of a flag': 'Der Schlüssel eines Flags',
  'Where to write it': 'Wohin es geschrieben wird',
  'Show every value and where it came from, without secrets': 'Zeigt jeden Wert und woher er kommt, ohne Geheimnisse',
  'Write what can be configured as Markdown, or as JSON Schema':
    'Schreibt, was sich einstellen lässt, als Markdown oder als JSON Schema',
  'Tell everything that is wrong with the values': 'Sagt alles, was an den Werten falsch ist',
  'The module exports what defineConfig of @seaworthy/config answers as "default", "definition" or "config", and its sources as a list named "sources", if there are any. A configuration that the module has loaded itself is taken as it is.':
    'Das Modul exportiert, was defineConfig von @seaworthy/config liefert, als "default", "definition" oder "config", und seine Quellen als Liste mit dem Namen "sources", wenn es welche gibt. Eine Konfiguration, die das Modul selbst geladen hat, wird genommen, wie sie ist.',
  'Files and variables of the flags win over the sources of the module.':
    'Dateien und Variablen der Optionen gehen den Quellen des Moduls vor.',
  'A file to read; "{env}" in its name is the environment':
    'Eine Datei, die gelesen wird; "{env}" in ihrem Namen ist die Umgebung',
  'The prefix of the environment variables to read, such as APP':
    'Womit die Umgebungsvariablen beginnen, die gelesen werden, etwa APP',
  'The module that exports the configuration; it is run':
    'Das Modul, das die Konfiguration exportiert; es wird ausgeführt',
  'The prefix of the environment variables, which are named then':
    'Womit die Umgebungsvariablen beginnen, die dann genannt werden',
  'JSON Schema for editors instead of Markdown': 'JSON Schema für Editoren statt Markdown',
  'Write the script for bash; its first lines say where to put it':
    'Schreibt das Skript für bash; seine ersten Zeilen sagen, wohin damit',
  'Write the script for zsh; its first lines say where to put it':
    'Schreibt das Skript für zsh; seine ersten Zeilen sagen, wohin damit',
  'Write the script for fish; its first lines say where to put it':
    'Schreibt das Skript für fish; seine ersten Zeilen sagen, wohin damit',
};
