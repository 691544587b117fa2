import type { RuleCatalogue } from './texts.ts';

export const lifecycle: RuleCatalogue = {
  'SEA-R011': {
    title: 'Timer beim Import gestartet und nie gelöscht',
    why: 'Ein solcher Timer hält den Prozess am Leben, wenn alles andere schon steht, also endet das Herunterfahren mit einem Kill.',
    fix: 'Starten Sie den Timer in einer Funktion, behalten Sie, was setInterval liefert, und löschen Sie ihn beim Herunterfahren.',
    says: {
      'This timer starts when the module is imported, and nothing can clear it.':
        'Dieser Timer beginnt, wenn das Modul importiert wird, und nichts kann ihn löschen.',
    },
    explains: {
      why: 'Die Ereignisschleife endet, wenn auf nichts mehr zu warten ist. Ein Timer, den niemand in der Hand hat, bleibt immer übrig, im Dienst ebenso wie in jedem Test, der das Modul importiert.',
      suppress:
        'Wenn der Prozess nur für den Timer da ist. Ein Aufruf von `.unref()` genügt, um nicht gemeldet zu werden.',
    },
  },
  'SEA-R012': {
    title: 'SIGTERM wird nicht behandelt',
    why: 'Der Prozess wird mitten in laufenden Anfragen beendet.',
    fix: 'Legen Sie einen Lebenszyklus an, und lassen Sie ihn den Server schließen.',
    says: {
      'The server listens, and nothing handles SIGTERM.': 'Der Server nimmt Anfragen an, und nichts behandelt SIGTERM.',
    },
    explains: {
      why: 'Jedes Ausrollen, jedes Verkleinern und jedes Räumen eines Knotens beendet einen Prozess mit SIGTERM. Ohne Behandlung stirbt Node sofort: Antworten brechen mittendrin ab, Logzeilen gehen verloren. In einem Container, als Prozess 1, stirbt es nicht einmal: Es wird nach der Gnadenfrist getötet.',
      suppress: 'Wenn ein Elternprozess oder ein Framework den Server für Sie anhält.',
    },
  },
  'SEA-R013': {
    title: 'SIGTERM beendet den Prozess sofort',
    why: 'Laufende Anfragen werden bei jedem Ausrollen abgeschnitten, obwohl die Plattform Zeit gibt, sie zu beenden.',
    fix: 'Schließen Sie zuerst den Server, und enden Sie, wenn er geschlossen oder eine Frist abgelaufen ist.',
    says: {
      'SIGTERM ends the process before the server is closed.':
        'SIGTERM beendet den Prozess, bevor der Server geschlossen ist.',
    },
    explains: {
      why: 'Die Plattform sendet SIGTERM und wartet dann, in Kubernetes üblicherweise dreißig Sekunden. Eine Behandlung, die nur endet, wirft diese Zeit weg, und mit ihr jede Anfrage, die gerade beantwortet wird.',
      suppress: 'Wenn der Prozess keine Verbindung und keine unfertige Arbeit hält.',
    },
  },
  'SEA-R014': {
    title: 'Paketverwaltung als erster Prozess',
    why: 'Die Paketverwaltung steht zwischen Plattform und Node: Signale und Exitcodes gehen verloren, und Speicher wird verschwendet.',
    fix: 'Starten Sie Node selbst, in der Exec-Form: ["node", "src/server.js"].',
    says: {
      'The container `{name}` starts {program} instead of Node.':
        'Der Container `{name}` startet {program} statt Node.',
      'The container starts {program} instead of Node.': 'Der Container startet {program} statt Node.',
    },
    explains: {
      why: 'SIGTERM geht an Prozess 1. Ist das npm oder yarn, kommt danach eine Shell und zuletzt Node, und jedes von ihnen hat eigene Vorstellungen davon, ein Signal weiterzugeben. Das Ergebnis ist ein Container, der nach der Gnadenfrist getötet wird, statt anzuhalten.',
      suppress: 'In Images, mit denen nur entwickelt wird.',
    },
  },
  'SEA-R015': {
    title: 'Container über eine Shell gestartet',
    why: 'Je nach Image bleibt die Shell Prozess 1 und gibt SIGTERM nicht an Node weiter.',
    fix: 'Schreiben Sie den Befehl in der Exec-Form, als JSON-Liste.',
    says: {
      '{keyword} is in shell form: `{word}` runs below /bin/sh.':
        '{keyword} steht in der Shell-Form: `{word}` läuft unter /bin/sh.',
    },
    explains: {
      why: '`CMD node main.js` heißt `/bin/sh -c "node main.js"`. Manche Shells ersetzen sich durch den letzten Befehl, andere bleiben und behalten SIGTERM für sich. Die Exec-Form überlässt nichts dem Image.',
      suppress:
        'Wenn die Shell gewollt ist, zum Beispiel um eine Variable einzusetzen. `CMD exec node …` wird nicht gemeldet.',
    },
  },
  'SEA-R016': {
    title: 'Herunterfahren ohne Frist',
    why: 'Eine offene Verbindung hält das Herunterfahren auf, bis die Plattform den Prozess tötet, und die Schritte danach laufen nie.',
    fix: 'Setzen Sie eine Frist, und schließen Sie die übrigen Verbindungen, wenn sie abgelaufen ist.',
    says: {
      'The server is closed on SIGTERM, and nothing limits how long that takes.':
        'Der Server wird bei SIGTERM geschlossen, und nichts begrenzt, wie lange das dauert.',
    },
    explains: {
      why: '`server.close()` wartet auf jede Anfrage. Ein langsamer Download oder ein Strom von Ereignissen endet nie von selbst, also wird der Prozess nach der Gnadenfrist getötet, und was danach hätte kommen sollen (Logs schreiben, Pool schließen), entfällt.',
      suppress: 'Wenn ein anderes Modul die Frist setzt.',
    },
  },
};
