import type { RuleCatalogue } from './texts.ts';

export const resilience: RuleCatalogue = {
  'SEA-R070': {
    title: 'Anfrage ohne Zeitgrenze',
    why: 'Wenn die andere Seite hängt, hängt auch jede Anfrage, die auf sie wartet, bis Speicher oder Sockets ausgehen.',
    fix: 'Geben Sie ein Signal mit einer Frist mit: `fetch(url, { signal: AbortSignal.timeout(5000) })`.',
    says: {
      '`{name}` waits as long as the other side likes.': '`{name}` wartet, solange es der anderen Seite gefällt.',
    },
    explains: {
      why: '`fetch` wartet fünf Minuten auf das erste Byte und insgesamt für immer, `axios` hat gar keine Grenze. Eine langsame Abhängigkeit füllt dann den Prozess mit wartenden Anfragen, und der Fehler breitet sich auf alle aus, die diesen Dienst rufen. Außerhalb von Diensten ist der Befund `info`.',
      suppress:
        'Wenn die Anfrage beliebig lange dauern darf, wie ein langer Download, der auf andere Weise beobachtet wird.',
    },
  },
  'SEA-R071': {
    title: 'so viele Aufgaben zugleich, wie es Elemente gibt',
    why: 'Bei zehntausend Elementen öffnet es zehntausend Verbindungen, und die andere Seite oder dieser Prozess gibt auf.',
    fix: 'Arbeiten Sie an einer festen Zahl zugleich.',
    says: {
      'One task is started for each element of `{list}`, all at the same time.':
        'Für jedes Element von `{list}` beginnt eine Aufgabe, alle zur gleichen Zeit.',
    },
    explains: {
      why: '`Promise.all(list.map(async …))` hat keine eigene Grenze. Im Test hat die Liste drei Elemente. In Produktion ist sie, was ein Kunde geschickt hat. Die Regel spricht nur, wo jede Aufgabe durch einen Aufruf, den sie kennt, auf das Netz, eine Datei oder eine Datenbank wartet. Wie lang die Liste werden kann, weiß sie nicht, also sagt sie `info`.',
      suppress: 'Wenn die Liste durch ihre Bauart kurz ist.',
    },
  },
  'SEA-R072': {
    title: 'neuer Versuch ohne Pause',
    why: 'Er trifft einen Dienst, der schon scheitert, so schnell er kann, und hält ihn am Boden.',
    fix: 'Warten Sie zwischen den Versuchen, jedes Mal länger und mit etwas Zufall.',
    says: { 'This loop tries again at once.': 'Diese Schleife versucht es sofort wieder.' },
    explains: {
      why: 'Eine Schleife ohne Pause macht ihre drei Versuche in wenigen Millisekunden: zu schnell, um zu helfen, und dreifache Last für einen Dienst, der schon in Not ist. Eine wachsende Pause mit etwas Zufall verteilt die Versuche aller Clients.',
      suppress: 'Wenn jeder Versuch an einem anderen Ort gemacht wird, wie beim nächsten Namen einer Liste von Hosts.',
    },
  },
  'SEA-R073': {
    title: 'Datenbank-Pool ohne Zeitgrenze für Verbindungen',
    why: 'Wenn alle Verbindungen vergeben sind oder die Datenbank weg ist, wartet jede Abfrage für immer, statt zu scheitern.',
    fix: 'Setzen Sie `connectionTimeoutMillis`, und antworten Sie mit 503, wenn die Zeit um ist.',
    says: {
      'This pool lets a query wait for a connection for ever.':
        'Dieser Pool lässt eine Abfrage für immer auf eine Verbindung warten.',
    },
    explains: {
      why: 'Der Pool von `pg` begrenzt das Warten von sich aus nicht. Aus einer Datenbank, die nicht antwortet, werden Anfragen, die nicht enden, Gesundheitsprüfungen, die hängen, und ein Neustart, der sie alle verliert.',
      suppress: 'Wenn jede Abfrage eine eigene Frist bekommt.',
    },
  },
  'SEA-R074': {
    title: 'blockierender Aufruf bei der Bearbeitung einer Anfrage',
    why: 'Solange er läuft, antwortet der Prozess niemandem sonst.',
    fix: 'Verwenden Sie die asynchrone Form, oder erledigen Sie die Arbeit einmal beim Start.',
    says: {
      '`{name}` stops every other request while it runs.': '`{name}` hält jede andere Anfrage auf, solange es läuft.',
    },
    explains: {
      why: 'Node führt ein Stück JavaScript zur Zeit aus. Ein Kennwort zu hashen oder eine große Datei synchron zu lesen, 100 ms lang, bedeutet zehn Anfragen in der Sekunde für den ganzen Prozess, wie viele Clients es auch sind.',
      suppress: 'Wenn die Anfrage ein paar Mal am Tag von Hand gestellt wird.',
    },
  },
  'SEA-R075': {
    title: 'Zeitgrenze des Servers abgeschaltet',
    why: 'Clients, die ein Byte in der Minute senden, halten dann Verbindungen für immer, bis keine mehr frei ist.',
    fix: 'Lassen Sie die Vorgabe stehen, oder heben Sie die Grenze auf das, was der langsamste ehrliche Client braucht.',
    says: {
      '`{name}` of 0 lets a request take for ever to arrive.':
        '`{name}` mit 0 lässt einer Anfrage für immer Zeit, anzukommen.',
    },
    explains: {
      why: 'Node begrenzt, wie lange eine Anfrage für ihr Eintreffen brauchen darf: eine Minute für die Header, fünf für alles. Diese Grenzen verhindern, dass eine Handvoll langsamer Clients alle Verbindungen belegt.',
      suppress: 'Wenn ein Proxy vor dem Server die ganze Anfrage zuerst liest.',
    },
  },
};
