/** One scenario of a feature file, with the steps of its background; an outline is one scenario for each of its examples. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly text: string;
  readonly table: readonly Row[];
}

type Row = Readonly<Record<string, string>>;
type Lines = readonly string[];

interface Draft {
  readonly name: string;
  readonly steps: { text: string; readonly lines: string[] }[];
  /** Tables of examples. */
  readonly examples: string[][];
}

/** Reads as much of the language as OpenFeature's features use. */
export function readFeature(text: string): readonly Scenario[] {
  const background: Draft = { name: '', steps: [], examples: [] };
  const drafts: Draft[] = [];
  let current = background;
  let table: string[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [, kind, rest = ''] =
      /^(Scenario Outline|Scenario|Examples|Given|When|Then|And|But)\b:? ?(.*)$/.exec(line) ?? [];
    if (line.startsWith('|')) table.push(line);
    else if (kind === 'Scenario' || kind === 'Scenario Outline') {
      current = { name: rest, steps: [], examples: [] };
      drafts.push(current);
    } else if (kind === 'Examples') current.examples.push((table = []));
    else if (kind !== undefined) current.steps.push({ text: rest, lines: (table = []) });
  }
  return drafts.flatMap((draft) => scenariosOf(draft, background));
}

function scenariosOf({ name, steps, examples }: Draft, background: Draft): readonly Scenario[] {
  const rows = examples.length > 0 ? examples.flatMap(rowsOf) : [{}];
  return rows.map((row) => ({
    name: fill(name, row),
    steps: [...background.steps, ...steps].map((step) => ({ text: fill(step.text, row), table: rowsOf(step.lines) })),
  }));
}

function rowsOf([head = '', ...lines]: Lines): readonly Row[] {
  const names = cellsOf(head);
  return lines.map((line) => Object.fromEntries(cellsOf(line).map((cell, index) => [names[index] ?? '', cell])));
}

function cellsOf(line: string): Lines {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function fill(text: string, row: Row): string {
  return text.replaceAll(/<(\w+)>/g, (whole, name: string) => row[name] ?? whole);
}
