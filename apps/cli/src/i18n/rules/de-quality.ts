import type { RuleCatalogue } from './texts.ts';

export const quality: RuleCatalogue = {
  'SEA-R000': {
    title: 'Unterdrückung ohne Wirkung',
    why: 'Ein Kommentar, der heute nichts zurückhält, verbirgt den nächsten echten Befund an seiner Stelle.',
    fix: 'Entfernen Sie den Kommentar, oder geben Sie ihm die Nummer der Regel und nach einem Doppelpunkt einen Grund.',
    says: {
      'The suppression names no rule and has no effect.': 'Die Unterdrückung nennt keine Regel und hat keine Wirkung.',
      'The suppression names {rule}, and there is no such rule.':
        'Die Unterdrückung nennt {rule}, und eine solche Regel gibt es nicht.',
      'The suppression of {rule} gives no reason and has no effect.':
        'Die Unterdrückung von {rule} nennt keinen Grund und hat keine Wirkung.',
      'The suppression holds nothing back: {rule} has no finding in line {line}.':
        'Die Unterdrückung hält nichts zurück: {rule} hat in Zeile {line} keinen Befund.',
    },
    explains: {
      why: 'Eine Unterdrückung ist ein Versprechen an die nächsten Leser: Dieser Befund wurde angesehen und ist aus diesem Grund richtig, wie er ist. Ohne einen Grund kann niemand das Versprechen prüfen. Eine Unterdrückung, die nichts mehr zurückhält, ist schlimmer: Sie bleibt und bringt den nächsten echten Befund in ihrer Zeile zum Schweigen.',
      wrong: 'Die erste nennt keinen Grund, die zweite keine Regel. Beide halten nichts zurück.',
      right:
        'Mehrere Regeln werden mit Kommas getrennt. In YAML, Dockerfiles und Dateien der Umgebung beginnt der Kommentar mit `#`. Was ein ganzes Projekt nicht will, gehört in `rules` der `seaworthy.config.json`.',
    },
  },
  'SEA-R130': {
    title: 'kein Skript für Tests',
    why: 'Weder Menschen noch Pipelines merken, dass eine Änderung etwas kaputt gemacht hat.',
    fix: 'Fügen Sie Tests hinzu, und ein Skript `test`, das sie ausführt.',
    says: {
      '`npm test` is not defined.': '`npm test` ist nicht definiert.',
      '`npm test` only says that there are no tests.': '`npm test` sagt nur, dass es keine Tests gibt.',
    },
    explains: {
      why: 'Nach `npm test` sehen alle zuerst. Wo es fehlt, werden Änderungen von Hand getestet, oder von Kunden.',
      suppress: 'Wenn die Tests in einem anderen Repository liegen.',
    },
  },
  'SEA-R131': {
    title: 'Arbeit in einem Kommentar aufgeschoben',
    why: 'Niemand plant, was nur in einem Kommentar steht, also findet es wieder, wem es wehtut.',
    fix: 'Erledigen Sie es, oder öffnen Sie ein Issue, und nennen Sie es im Kommentar.',
    says: { 'This comment puts work off: {word}.': 'Dieser Kommentar schiebt Arbeit auf: {word}.' },
    explains: {
      why: 'Solche Kommentare werden mit guter Absicht geschrieben und von niemandem gelesen. Ein Verweis auf ein Issue oder eine Adresse zeigt, dass die Arbeit geplant ist, und wird nicht gemeldet.',
      suppress: 'Wenn es im Kommentar um die Arbeit anderer geht, in einer Datei, die von dort kopiert ist.',
    },
  },
  'SEA-R132': {
    title: 'keine Lizenz',
    why: 'Ohne sie darf es niemand verwenden, und Firmen weigern sich, es zu installieren.',
    fix: 'Fügen Sie eine Datei LICENSE hinzu, und nennen Sie die Lizenz in package.json, oder setzen Sie `private`.',
    says: {
      'Neither package.json nor a file names a licence.': 'Weder package.json noch eine Datei nennt eine Lizenz.',
    },
    explains: {
      why: 'Bei Code ohne Lizenz sind alle Rechte vorbehalten, was sein Eigentümer auch meinte. Private Pakete werden nicht gemeldet.',
      suppress: 'Wenn das Paket nur innerhalb Ihrer Firma veröffentlicht wird.',
    },
  },
  'SEA-R133': {
    title: 'README sagt nicht, wie man es startet',
    why: 'Um drei Uhr nachts hat niemand Zeit, herauszufinden, wie es gestartet wird.',
    fix: 'Schreiben Sie die Befehle zum Installieren, Starten und Testen an den Anfang der README.',
    says: {
      'There is no README.': 'Es gibt keine README.',
      'No command in this README starts the program.': 'Kein Befehl in dieser README startet das Programm.',
    },
    explains: {
      why: 'Die README lesen die neue Kollegin und wer Bereitschaft hat. Beide brauchen dieselben drei Zeilen: installieren, starten, testen. Wenn es gar keine README gibt, ist der Befund eine `warning`.',
      suppress: 'Wenn die Anleitung in einem Handbuch steht, das alle kennen.',
    },
  },
  'SEA-R134': {
    title: 'keine Pipeline',
    why: 'Ob die Tests bestehen, hängt davon ab, ob jemand sie ausgeführt hat.',
    fix: 'Fügen Sie einen Workflow hinzu, der jede Änderung installiert, prüft und testet.',
    says: {
      'No workflow or pipeline file is in this repository.':
        'In diesem Repository ist keine Datei eines Workflows oder einer Pipeline.',
    },
    explains: {
      why: 'Eine Prüfung von Hand fällt an dem Tag aus, an dem sie gebraucht wird. Die Regel sieht nur diesen Ordner, also sagt sie `info`.',
      suppress: 'Wenn die Pipeline an einem anderen Ort liegt.',
    },
  },
  'SEA-R135': {
    title: 'Test durch .only allein gelassen',
    why: 'Alle anderen Tests der Datei werden übersprungen, und der Lauf ist grün.',
    fix: 'Nehmen Sie das `.only` weg.',
    says: { '`{name}` skips every other test here.': '`{name}` überspringt hier jeden anderen Test.' },
    explains: {
      why: '`.only` ist dafür da, einen Test anzusehen, während man an ihm arbeitet. Eingecheckt schaltet es den Rest der Datei aus, und die Pipeline sagt, alles sei bestanden. Nodes eigenes Testprogramm tut das nur mit `--test-only`, dort ist es also `info`.',
      suppress: 'In einer eingecheckten Datei nie.',
    },
  },
  'SEA-R136': {
    title: 'debugger-Anweisung stehen gelassen',
    why: 'Mit einem verbundenen Inspektor hält hier der ganze Prozess an, für alle Benutzer.',
    fix: 'Nehmen Sie die Anweisung weg.',
    says: {
      'This stops the process when an inspector is attached.':
        'Dies hält den Prozess an, wenn ein Inspektor verbunden ist.',
    },
    explains: {
      why: 'Einen Inspektor mit einem Prozess in Produktion zu verbinden ist das letzte Mittel in einer schlimmen Nacht. Genau dann hält ihn ein vergessenes `debugger` an.',
      suppress: 'In einem Werkzeug, das selbst ein Debugger ist.',
    },
  },
  'SEA-R139': {
    title: 'Feature-Flag ohne Eigentümer',
    why: 'Niemand weiß, ob das Flag umgelegt oder entfernt werden darf, also bleibt es für immer und wird aus Versehen umgelegt.',
    fix: 'Nennen Sie das Team unter `metadata.owner` des Flags oder der ganzen Datei.',
    says: { 'The feature flag {key} has no owner.': 'Das Feature-Flag {key} hat keinen Eigentümer.' },
    explains: {
      why: 'Ein Flag ist eine Entscheidung, die jemand aufgeschoben hat. Wenn niemand genannt ist, trifft sie niemand: Das Flag bleibt, beide Zweige des Codes bleiben, und eines Tages legt es jemand um, der nicht weiß, was daran hängt. Die Regel liest Dateien im Format von flagd.\n\nSie ist auf Probe: Sie läuft, wo die `seaworthy.config.json` des Projekts `"experimental": ["flag-without-owner"]` enthält.',
      suppress: 'Wenn eine andere Datei sagt, wem die Flags gehören.',
    },
  },
};
