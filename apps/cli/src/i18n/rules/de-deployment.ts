import type { RuleCatalogue } from './texts.ts';

export const deployment: RuleCatalogue = {
  'SEA-R110': {
    title: 'nichts prüft den Container',
    why: 'Docker und Compose behalten einen Container, der hängt, weil es seinen Prozess noch gibt.',
    fix: 'Fügen Sie ein HEALTHCHECK hinzu, oder Proben in den Manifesten des Orchestrators.',
    says: {
      'There is no HEALTHCHECK, and no manifest has a probe.':
        'Es gibt kein HEALTHCHECK, und kein Manifest hat eine Probe.',
    },
    explains: {
      why: 'Docker sieht nur, ob es den Prozess gibt. Mit einem HEALTHCHECK weiß es, ob er antwortet, und Compose und Swarm können danach handeln. Kubernetes übergeht HEALTHCHECK und hat stattdessen Proben; Plattformen haben eigene Wege, also ist dies `info`.',
      suppress: 'Wenn die Plattform den Dienst selbst fragt.',
    },
  },
  'SEA-R111': {
    title: 'keine Grenzen für Ressourcen',
    why: 'Ein Pod, der Speicher verliert, nimmt den Speicher seines Knotens, und die Pods anderer werden dafür getötet.',
    fix: 'Setzen Sie requests für cpu und memory und eine Grenze für memory.',
    says: {
      'The container `{name}` does not set {names}.': 'Der Container `{name}` setzt nicht: {names}.',
    },
    explains: {
      why: 'Requests sagen dem Scheduler, wohin ein Pod passt. Ohne sie legt er zu viele auf einen Knoten. Die Grenze für Speicher entscheidet, wer stirbt, wenn er ausgeht: wer ihn verliert oder dessen Nachbarn. Eine Grenze für cpu wird nicht verlangt.',
      suppress: 'Wenn eine Richtlinie des Clusters Vorgaben setzt.',
    },
  },
  'SEA-R112': {
    title: 'keine .dockerignore',
    why: 'Geheimnisse, die Geschichte von git und die node_modules einer anderen Plattform gelangen in das Image.',
    fix: 'Fügen Sie eine .dockerignore mit node_modules, .git, .env* und allem anderen hinzu, was auf Ihrer Maschine entsteht.',
    says: {
      'This copies the whole folder, and no .dockerignore leaves anything out.':
        'Hier wird der ganze Ordner kopiert, und keine .dockerignore lässt etwas aus.',
    },
    explains: {
      why: '`COPY . .` nimmt alles, was der Ordner auf der Maschine enthält, die baut. Auf einem Laptop sind das `.env`, `.git` und `node_modules` mit Programmen für das falsche System. Es macht auch jeden Build langsam und jeden Cache nutzlos.',
      suppress: 'Wenn das Image nur aus einem sauberen Checkout gebaut wird.',
    },
  },
  'SEA-R113': {
    title: 'nur eine Replik',
    why: 'Jedes Räumen eines Knotens und jeder Absturz ist ein Ausfall.',
    fix: 'Betreiben Sie mindestens zwei Repliken, auf zwei Knoten.',
    says: { '`{name}` runs as one pod.': '`{name}` läuft als ein einziger Pod.' },
    explains: {
      why: 'Ein Pod zieht um, wann immer sein Knoten repariert oder ersetzt wird, und ein einziger Pod ist so lange weg, wie er zum Starten braucht. Viele Worker kommen allein gut zurecht, also ist dies `info`. Deployments mit der Strategie `Recreate` oder einem Autoscaler werden nicht gemeldet.',
      suppress: 'Wenn nur einer zur Zeit laufen darf oder niemand auf seine Antworten wartet.',
    },
  },
  'SEA-R114': {
    title: 'kein PodDisruptionBudget',
    why: 'Wenn Knoten für ein Upgrade geräumt werden, können alle Repliken zur gleichen Zeit gehen.',
    fix: 'Fügen Sie ein PodDisruptionBudget hinzu, das mindestens eine von ihnen behält.',
    says: {
      'No PodDisruptionBudget selects the pods of `{name}`.':
        'Kein PodDisruptionBudget wählt die Pods von `{name}` aus.',
    },
    explains: {
      why: 'Repliken schützen gegen einen Pod, der stirbt. Ein Upgrade des Clusters räumt Knoten um Knoten, und ohne ein Budget hindert nichts es daran, den letzten Pod zu nehmen, bevor der erste zurück ist.',
      suppress: 'Wenn eine kurze Abwesenheit aller Pods nicht schadet.',
    },
  },
  'SEA-R115': {
    title: 'Image installiert ohne die Lockdatei',
    why: 'Das Image enthält andere Versionen als die, die getestet wurden.',
    fix: 'Kopieren Sie die Lockdatei, und verwenden Sie `npm ci`.',
    says: {
      '`{command}` may change what the lockfile says.': '`{command}` kann ändern, was die Lockdatei sagt.',
    },
    explains: {
      why: '`npm install` bringt die Lockdatei mit `package.json` in Einklang und nimmt dafür neue Versionen, wo sie abweichen oder wo keine steht. `npm ci` installiert genau, was die Lockdatei sagt, und scheitert, wenn sie nicht passt.',
      suppress: 'In Images, mit denen nur entwickelt wird.',
    },
  },
  'SEA-R116': {
    title: 'Abhängigkeiten der Entwicklung im Image',
    why: 'Compiler und Testwerkzeuge machen das Image mehrfach größer, und jedes davon ist noch etwas zu flicken.',
    fix: 'Installieren Sie in der letzten Stufe mit `npm ci --omit=dev`.',
    says: {
      'This installs the devDependencies into the image that runs.':
        'Hier werden die devDependencies in das Image installiert, das läuft.',
    },
    explains: {
      why: 'Ein Bundler, ein Compiler und ein Testprogramm bringen hunderte Pakete mit. In Produktion werden sie nie gebraucht, aber Scanner melden ihre Lücken, und das Image zu ziehen dauert länger, wenn ein Pod schnell starten muss.',
      suppress: 'Wenn der Dienst eines davon zur Laufzeit braucht.',
    },
  },
  'SEA-R117': {
    title: 'Job eines Workflows ohne Zeitgrenze',
    why: 'Ein Test, der hängt, blockiert die Warteschlange und wird sechs Stunden lang bezahlt.',
    fix: 'Setzen Sie `timeout-minutes` auf das Doppelte dessen, was der Job üblicherweise braucht.',
    says: { 'The job `{name}` may run for six hours.': 'Der Job `{name}` darf sechs Stunden laufen.' },
    explains: {
      why: 'Die Vorgabe sind 360 Minuten. Ein Job, der auf einen Server wartet, der nie startet, hält so lange einen Runner, und ein Release wartet dahinter.',
      suppress: 'Wenn der Job wirklich Stunden braucht.',
    },
  },
};
