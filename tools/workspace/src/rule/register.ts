/** The text of a pack with one more rule: its import in the order of the paths, and its name at the end of the list. */
export function withRule(pack: string, name: string, rule: string): string {
  const line = `import { ${rule} } from '../${name}/rule.ts';`;
  const lines = pack.split('\n');
  const list = lines.findLastIndex((text) => text === '];');
  if (list === -1) throw new Error('The pack has no list of rules that ends with a line "];".');
  lines.splice(list, 0, `  ${rule},`);
  const imports = lines.flatMap((text, index) =>
    /^import \{ \w+ \} from '\.\.\/[^/]+\/rule\.ts';$/.test(text) ? [index] : [],
  );
  const later = imports.find((index) => pathOf(lines[index] ?? '') > pathOf(line));
  const last = imports.at(-1) ?? lines.findLastIndex((text) => text.startsWith('import '));
  lines.splice(later ?? last + 1, 0, line);
  return lines.join('\n');
}

function pathOf(line: string): string {
  return line.slice(line.indexOf("'"));
}

interface SettingsSchema {
  readonly properties: { readonly rules: { readonly properties: Record<string, object> } };
}

/** The schema of the settings, in which editors find the rule. */
export function withRuleSetting(schema: string, id: string, title: string): string {
  const settings: SettingsSchema = JSON.parse(schema);
  settings.properties.rules.properties[id] = { $ref: '#/$defs/setting', description: title };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** The text of a report that one more rule has looked at, finding nothing. */
export function withOneMoreRule(report: string): string {
  return report.replace(/("rules": )(\d+)/, (_, key: string, count: string) => key + String(Number(count) + 1));
}

/** The text of a catalogue with what the small rule says in German, at its end. */
export function withGerman(catalogue: string, id: string, title: string): string {
  const end = catalogue.lastIndexOf('\n};');
  if (end === -1) throw new Error('The German catalogue has no list that ends with a line "};".');
  return `${catalogue.slice(0, end)}\n${germanEntry(id, title)}${catalogue.slice(end + 1)}`;
}

function germanEntry(id: string, title: string): string {
  return `  '${id}': {
    title: 'Regel „${title}“',
    why: 'In Node gibt es kein alert(): Der Aufruf wirft einen ReferenceError.',
    fix: 'Schreiben Sie die Meldung stattdessen ins Log.',
    says: {
      'This calls alert(), which Node does not have.': 'Hier wird alert() gerufen, das es in Node nicht gibt.',
    },
    explains: {
      why: 'Browser haben \`alert()\`, Node nicht. Die Zeile stört nicht, bis sie erreicht wird; dann scheitert die Anfrage mit einem \`ReferenceError\`, der von der Meldung nichts sagt.',
      suppress: 'Wenn die Datei selbst ein \`alert\` definiert.',
    },
  },
`;
}
