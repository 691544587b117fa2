import type { RuleCatalogue } from './texts.ts';

export const observability: RuleCatalogue = {
  'SEA-R020': {
    title: 'console in einem Dienst verwendet',
    why: 'Zeilen ohne Stufe, Zeit und Felder lassen sich nicht durchsuchen, filtern oder einer Anfrage zuordnen.',
    fix: 'Schreiben Sie über einen strukturierten Logger, und reichen Sie ihn dem Code, der ihn braucht.',
    says: {
      '`{name}` writes to the log of a service, and {count} more in this file.':
        '`{name}` schreibt in das Log eines Dienstes, und {count} weitere in dieser Datei.',
      '`{name}` writes to the log of a service.': '`{name}` schreibt in das Log eines Dienstes.',
    },
    explains: {
      why: '`console.log` schreibt Text für einen Menschen am Terminal. In Produktion liest zuerst eine Maschine das Log: Sie braucht ein JSON-Objekt je Zeile, mit einer Stufe, die sich ändern lässt, und der Nummer der Anfrage. `console.error` und `console.warn` allein werden als `info` gemeldet.',
      suppress: 'In einer Datei, die nur von Hand läuft. Zeilen direkt vor `process.exit` werden nicht gemeldet.',
    },
  },
  'SEA-R021': {
    title: 'Geheimnis ins Log geschrieben',
    why: 'Logs werden an viele Orte kopiert und lange aufbewahrt: Ein Geheimnis darin muss als öffentlich gelten.',
    fix: 'Lassen Sie den Wert weg, oder schreiben Sie, ob er gesetzt ist, und lassen Sie den Logger solche Felder schwärzen.',
    says: { '`{name}` is written to the log.': '`{name}` wird ins Log geschrieben.' },
    explains: {
      why: 'Eine Logzeile geht an einen Sammler, in ein Archiv und auf die Bildschirme aller, die Bereitschaft haben. Namen, die gewiss ein Geheimnis sind (`password`, `apiKey`, der Header `authorization`), sind ein `error`; ein bloßes `token` kann ein Wort eines Parsers sein und ist `info`.',
      suppress: 'Wenn der Logger das Feld bekanntermaßen schwärzt oder der Name kein Geheimnis enthält.',
    },
  },
  'SEA-R022': {
    title: 'ganze Anfrage ins Log geschrieben',
    why: 'Header tragen Cookies und Tokens, Inhalte tragen persönliche Daten, und ein Anfrageobjekt sind Kilobytes davon.',
    fix: 'Schreiben Sie die Felder, die Sie brauchen, einzeln: Methode, Route, Status, Nummer.',
    says: { '`{name}` is written to the log as a whole.': '`{name}` wird als Ganzes ins Log geschrieben.' },
    explains: {
      why: 'Niemand bestimmt, was in einer Anfrage steht: Sitzungscookies, Tokens, Kartennummern, hochgeladene Dateien. Einmal im Log, werden sie an jeden Ort kopiert, an den Logs gehen.',
      suppress: 'Wenn der Inhalt bekanntermaßen öffentlich ist, wie ein Bericht über die Gesundheit.',
    },
  },
  'SEA-R023': {
    title: 'Log-Stufe im Code festgelegt',
    why: 'Wenn etwas schiefgeht, lässt sich die Stufe nicht anheben, ohne neu zu bauen.',
    fix: 'Nehmen Sie die Stufe aus der Konfiguration, und lassen Sie sie zur Laufzeit ändern.',
    says: { 'The log level is always `{level}`.': 'Die Log-Stufe ist immer `{level}`.' },
    explains: {
      why: 'Bei einem Vorfall sind Debug-Zeilen wert, was sie kosten. Steht die Stufe im Code, braucht es dafür einen Build und ein Ausrollen, was auch den Prozess neu startet, der den Fehler zeigt. Ein Logger, der mit `trace` alles schreibt, ist kein Befund: Es gibt nichts mehr einzuschalten.',
      suppress: 'Wenn die Stufe später über den Logger selbst geändert wird.',
    },
  },
  'SEA-R024': {
    title: 'Fehler ohne seinen Stack ins Log geschrieben',
    why: 'Die Zeile sagt, was schiefging, und nicht wo, also wird jeder solche Fehler zur Suche im Code.',
    fix: 'Geben Sie dem Logger den Fehler selbst, neben der Nachricht.',
    says: { 'Only the text of `{error}` is logged.': 'Nur der Text von `{error}` kommt ins Log.' },
    explains: {
      why: '`${error}` und `error.message` lassen den Stack, die Ursache und den Code fallen. Logger schreiben alle drei, wenn sie den Fehler selbst bekommen.',
      suppress: 'Wenn der Fehler erwartet ist und seine Nachricht alles sagt.',
    },
  },
  'SEA-R030': {
    title: 'weder Metriken noch Traces',
    why: 'Ohne Zahlen bemerkt zuerst ein Kunde einen Ausfall.',
    fix: 'Zählen Sie Anfragen, Fehler und Dauern, und exportieren Sie sie.',
    says: {
      'No dependency, script or manifest of this service mentions metrics or traces.':
        'Keine Abhängigkeit, kein Skript und kein Manifest dieses Dienstes erwähnt Metriken oder Traces.',
    },
    explains: {
      why: 'Logs sagen, was mit einer Anfrage geschah. Ob eine von hundert scheitert, ob die langsamste seit gestern langsamer wurde, welche Abhängigkeit schuld ist: Dafür braucht es Metriken und Traces. Einen Agenten, den die Plattform hinzufügt, kann die Regel nicht sehen, also sagt sie `info`.',
      suppress: 'Wenn die Plattform den Dienst von außen misst, durch einen Agenten oder ein Mesh.',
    },
  },
  'SEA-R031': {
    title: 'Label einer Metrik ohne Grenzen',
    why: 'Jeder neue Wert eines Labels ist eine neue Zeitreihe: Der Prozess und der Speicher der Metriken wachsen, bis eines von beiden umfällt.',
    fix: 'Verwenden Sie das Muster der Route, die Methode oder die Klasse des Status, und überlassen Sie Nummern und Adressen den Traces.',
    says: {
      'The label `{label}` takes a new value from every client.':
        'Das Label `{label}` bekommt von jedem Client einen neuen Wert.',
    },
    explains: {
      why: 'Eine Metrik führt eine Reihe für jede Kombination von Werten ihrer Labels. Mit der Adresse der Anfrage darin fügt jede Nummer in einem Pfad und jeder Scanner im Internet Reihen hinzu, die nie wieder gehen.',
      suppress: 'Wenn der Wert bekanntermaßen aus einer kurzen Liste kommt.',
    },
  },
  'SEA-R032': {
    title: 'Tracing beginnt nach dem, was es verfolgt',
    why: 'Die Instrumentierung ersetzt Funktionen eines Moduls, während es geladen wird: Was vorher geladen ist, bleibt dunkel.',
    fix: 'Starten Sie das Tracing in einer eigenen Datei, die zuerst geladen wird, mit `node --import ./tracing.js`.',
    says: {
      '`{name}` is loaded before tracing starts in this file.':
        '`{name}` ist geladen, bevor das Tracing in dieser Datei beginnt.',
    },
    explains: {
      why: 'OpenTelemetry hakt sich in `express`, `pg` oder `http` ein, während sie geladen werden. Import-Deklarationen laufen vor der ersten Anweisung einer Datei, also kommt `sdk.start()` darunter zu spät, und die Spans fehlen ohne einen Fehler.',
      suppress: 'Wenn nur von Hand gemachte Spans gewollt sind.',
    },
  },
  'SEA-R040': {
    title: 'kein Endpunkt für die Gesundheit',
    why: 'Die Plattform kann einen Prozess, der antwortet, nicht von einem unterscheiden, der hängt, und schickt beiden Anfragen.',
    fix: 'Beantworten Sie /livez und /readyz, das zweite nach einem Blick auf das, was der Dienst braucht.',
    says: {
      'The server listens, and no script mentions a health address.':
        'Der Server nimmt Anfragen an, und kein Skript erwähnt eine Adresse für die Gesundheit.',
    },
    explains: {
      why: 'Ein Prozess kann am Leben und nutzlos sein: Der Pool ist erschöpft, eine Migration läuft noch, eine Schleife blockiert alles. Lastverteiler und Orchestratoren fragen eine Adresse, um es herauszufinden. Ohne sie sehen sie nur, dass ein Port offen ist.',
      suppress: 'Wenn ein anderer Prozess neben diesem für ihn antwortet.',
    },
  },
  'SEA-R041': {
    title: 'Antwort zur Gesundheit ist eine Konstante',
    why: 'Sie sagt „bereit“, während die Datenbank weg ist, also kommen und scheitern weiter Anfragen.',
    fix: 'Sehen Sie vor der Antwort nach, was der Dienst braucht, mit einer kurzen Zeitgrenze.',
    says: { '`{path}` answers the same whatever happens.': '`{path}` antwortet dasselbe, was auch geschieht.' },
    explains: {
      why: 'Die Bereitschaft entscheidet, ob dieser Prozess Anfragen bekommt. Eine Konstante ist richtig für die Lebendigkeit („die Schleife dreht sich“) und falsch für die Bereitschaft. `/health` ohne weiteres Wort kann als Lebendigkeit gemeint sein und wird als `info` gemeldet.',
      suppress: 'Wenn der Dienst nichts als sich selbst braucht.',
    },
  },
  'SEA-R042': {
    title: 'keine readinessProbe',
    why: 'Kubernetes schickt Anfragen, sobald der Prozess gestartet ist, und auch dann, wenn er nicht antworten kann.',
    fix: 'Fügen Sie eine readinessProbe hinzu, die eine Adresse fragt, die nachsieht, was der Dienst braucht.',
    says: {
      'The container `{name}` of `{workload}` has ports and no readinessProbe.':
        'Der Container `{name}` von `{workload}` hat Ports und keine readinessProbe.',
    },
    explains: {
      why: 'Ohne die Probe gilt ein Pod als bereit, wenn sein Prozess gestartet ist. Ein Ausrollen geht dann zum nächsten Pod über, bevor dieser antworten kann, und ein Pod, der seine Datenbank verloren hat, behält seinen Anteil der Anfragen.',
      suppress: 'Wenn kein Service Anfragen an diesen Port schickt. Container ohne Ports werden nicht gemeldet.',
    },
  },
  'SEA-R043': {
    title: 'keine livenessProbe',
    why: 'Ein Prozess, der hängt, wird nie neu gestartet.',
    fix: 'Fügen Sie eine livenessProbe hinzu, die eine Adresse fragt, die nichts als den Prozess selbst braucht.',
    says: {
      'The container `{name}` of `{workload}` has no livenessProbe.':
        'Der Container `{name}` von `{workload}` hat keine livenessProbe.',
    },
    explains: {
      why: 'Ein Node-Prozess kann hängen, ohne zu sterben: eine endlose Schleife, eine Sperre, die nie freigegeben wird. Nur eine livenessProbe findet das und startet den Container neu. Prozesse, die bei jedem Fehler enden, kommen gut ohne sie aus, also ist dies `info`.',
      suppress: 'Wenn etwas im Prozess die Ereignisschleife beobachtet und ihn beendet, wenn sie hängt.',
    },
  },
  'SEA-R044': {
    title: 'Lebendigkeit und Bereitschaft fragen dasselbe',
    why: 'Wenn eine Abhängigkeit weg ist, wird jeder Pod immer wieder neu gestartet, statt auf sie zu warten.',
    fix: 'Geben Sie der Lebendigkeit eine eigene Adresse, die nach nichts außerhalb des Prozesses sieht.',
    says: { 'Both probes of `{name}` ask `{path}`.': 'Beide Proben von `{name}` fragen `{path}`.' },
    explains: {
      why: 'Die Bereitschaft fragt „kann er jetzt dienen“, die Lebendigkeit fragt „hülfe ein Neustart“. Eine Adresse, die nach der Datenbank sieht, beantwortet das erste. Für das zweite verwendet, macht sie aus einem kurzen Ausfall der Datenbank Neustarts des ganzen Dienstes.',
      suppress: 'Wenn die Adresse nach nichts außerhalb des Prozesses sieht.',
    },
  },
  'SEA-R045': {
    title: 'wartet auf den Start, nicht auf die Gesundheit',
    why: 'Der Dienst beginnt, während die Datenbank noch startet, und scheitert an seiner ersten Abfrage.',
    fix: 'Geben Sie der Abhängigkeit einen healthcheck, und warten Sie auf `condition: service_healthy`.',
    says: {
      '`{name}` waits until `{dependency}` has started, not until it is healthy.':
        '`{name}` wartet, bis `{dependency}` gestartet ist, nicht bis es gesund ist.',
    },
    explains: {
      why: '`depends_on: [db]` wartet nur, bis es den Container gibt. Eine Datenbank braucht Sekunden mehr, bevor sie antwortet. Einem Dienst, der es beim Start wieder versucht, ist das gleich, also ist dies `info`.',
      suppress: 'Wenn der Dienst von selbst wartet und es wieder versucht.',
    },
  },
};
