import type { RuleCatalogue } from './texts.ts';

export const errors: RuleCatalogue = {
  'SEA-R001': {
    title: 'geworfener Wert ist kein Error',
    why: 'Eine geworfene Zeichenkette und ein einfaches Objekt haben keinen Stack, also weiß niemand, woher sie kommen.',
    fix: 'Werfen Sie einen Error oder eine Unterklasse davon, mit den Einzelheiten in seinen Eigenschaften.',
    says: {
      'This throws {kind}, which has no stack.': 'Hier wird {kind} geworfen, ohne Stack.',
      'This rejects with {kind}, which has no stack.': 'Hier wird mit {kind} abgelehnt, ohne Stack.',
    },
    words: {
      'a string': 'string',
      'an object literal': 'ein Objektliteral',
      'a number': 'number',
      'a boolean': 'boolean',
      'a bigint': 'bigint',
      'a undefined': 'undefined',
      'a object': 'object',
    },
    explains: {
      why: 'Nur ein `Error` trägt einen Stack und eine `cause`. Eine geworfene Zeichenkette kommt im Log als eine Zeile ohne Ort an, und Code, der `error.message` oder `error.code` liest, findet nichts. Werte ohne Worte, wie `undefined` oder eine Zahl, sind oft ein Zeichen zwischen zwei Stellen eines Programms und werden als `info` gemeldet.',
      suppress:
        'Wenn ein Framework einen geworfenen Wert verlangt, der kein Fehler ist, wie ein Objekt für eine Weiterleitung.',
    },
  },
  'SEA-R002': {
    title: 'leerer catch-Block',
    why: 'Ein Fehler, der hier fallen gelassen wird, zeigt sich später an anderer Stelle, als falsche Daten.',
    fix: 'Behandeln Sie den Fehler, werfen Sie ihn weiter, oder sagen Sie in einem Kommentar, warum er fallen darf.',
    says: {
      'This catch block drops every error without a word.': 'Dieser catch-Block lässt jeden Fehler wortlos fallen.',
    },
    explains: {
      why: 'Der Fehler ist weg: keine Zeile im Log, keine Metrik, keine Antwort an den Aufrufer. Was folgt, rechnet mit Daten, die es nie gab. Als `info` gemeldet, weil es gewollt sein kann, werden catch-Blöcke, die keinen Fehler benennen, solche um Code, der auf nichts wartet, und solche um eine Frage wie `JSON.parse`. Aufräumen (`close`, `unlink`, …) wird nicht gemeldet.',
      suppress:
        'Ein Kommentar im Block, der sagt, warum der Fehler nicht zählt, genügt; eine Unterdrückung ist nicht nötig.',
    },
  },
  'SEA-R003': {
    title: 'Ablehnung verschluckt',
    why: 'Das Promise scheitert, und niemand erfährt davon: Die Arbeit ist verloren, ohne eine Zeile im Log.',
    fix: 'Schreiben Sie den Fehler ins Log oder geben Sie ihn weiter, oder sagen Sie in einem Kommentar, warum er fallen darf.',
    says: {
      'This `catch` drops every rejection without a word.': 'Dieses `catch` lässt jede Ablehnung wortlos fallen.',
    },
    explains: {
      why: '`.catch(() => {})` macht aus einem Scheitern einen Erfolg, der nichts getan hat. Die einzige Spur ist, was später fehlt. Ein benanntes Promise (`pending.catch(() => {})`) wird als `info` gemeldet, weil anderswo darauf gewartet werden kann, ebenso eines, dessen Ergebnis verwendet wird. Aufräumen wird nicht gemeldet.',
      suppress: 'Ein Kommentar darin oder direkt darüber, der sagt, warum das Scheitern nicht zählt, genügt.',
    },
  },
  'SEA-R004': {
    title: 'Express-Anwendung ohne Fehlerbehandlung',
    why: 'Ohne sie antwortet Express auf Fehler mit HTML, mit Stack, sofern NODE_ENV nicht production ist, und schreibt sie auf eigene Weise ins Log.',
    fix: 'Fügen Sie nach allen Routen eine Middleware mit den vier Parametern (error, request, response, next) hinzu.',
    says: {
      'No error-handling middleware is added to this application.':
        'Diese Anwendung bekommt keine Middleware, die Fehler behandelt.',
    },
    explains: {
      why: 'Express fällt auf seine eigene Behandlung zurück: eine HTML-Seite, darin der Stack, sofern `NODE_ENV` nicht `production` ist, und eine Zeile auf der Standardfehlerausgabe, die keine Log-Pipeline versteht. Clients einer JSON-API können sie nicht lesen.',
      suppress: 'Wenn ein anderes Paket die Fehlerbehandlung hinzufügt.',
    },
  },
  'SEA-R005': {
    title: 'Bibliothek beendet den Prozess',
    why: 'Eine Bibliothek, die den Prozess beendet, reißt den ganzen Dienst mit, mitsamt laufenden Anfragen und ungeschriebenen Logs.',
    fix: 'Werfen Sie einen Fehler, und lassen Sie die Anwendung entscheiden.',
    says: {
      '`{name}` ends the process of whoever imports this.': '`{name}` beendet den Prozess, der dies importiert.',
    },
    explains: {
      why: '`process.exit` überspringt alles, was noch zu tun ist: Antworten, Logzeilen, Transaktionen. Nur die Anwendung weiß, ob ein Fehler tödlich ist. Bibliotheken für Kommandozeilenprogramme tun es mit Absicht, deshalb ist dies `info`.',
      suppress: 'In einer Datei, die nur ein Befehl importiert.',
    },
  },
  'SEA-R006': {
    title: 'Prozess läuft nach einer unbehandelten Ausnahme weiter',
    why: 'Nach einer unbehandelten Ausnahme ist der Zustand des Prozesses unbekannt: Er kann mit falschen Daten antworten.',
    fix: 'Schreiben Sie den Fehler ins Log, nehmen Sie keine Anfragen mehr an, und enden Sie mit einem Exitcode ungleich null.',
    says: {
      'This handler only logs, and the process goes on in an unknown state.':
        'Diese Behandlung schreibt nur ins Log, und der Prozess läuft in unbekanntem Zustand weiter.',
    },
    explains: {
      why: 'Die Ausnahme hat eine Funktion halb erledigt zurückgelassen: Eine Sperre ist noch gehalten, ein Zähler falsch, eine Antwort wird nie gesendet. Aus diesem Grund gibt Node den Fehler aus und endet. Eine Behandlung, die nur ins Log schreibt, nimmt diesen Schutz weg.',
      suppress: 'In einem Dienst nie. Ein Testprogramm oder eine interaktive Shell kann einen Grund haben.',
    },
  },
  'SEA-R007': {
    title: 'async-Funktion in new Promise',
    why: 'Ein Fehler, der darin geworfen wird, lehnt das Promise nicht ab: Der Aufrufer wartet für immer, und der Prozess kann enden.',
    fix: 'Machen Sie die umgebende Funktion async, oder fangen Sie darin und rufen Sie reject auf.',
    says: {
      'An error thrown in this async function never rejects the promise.':
        'Ein Fehler, der in dieser async-Funktion geworfen wird, lehnt das Promise nie ab.',
    },
    explains: {
      why: '`new Promise` fängt, was seine Funktion wirft; eine async-Funktion aber wirft nie: Sie lehnt ein eigenes Promise ab, das niemand ansieht. Das äußere Promise bleibt offen, und Node meldet eine unbehandelte Ablehnung, die den Prozess beendet.',
      suppress:
        'Wenn von jeder Zeile der Funktion bekannt ist, dass sie nicht wirft. Eine Funktion, deren Rumpf aus einem `try … catch` besteht, wird nicht gemeldet.',
    },
  },
};
