import { withoutSign } from './names.ts';
import { askedOf, isComposite, type Shape } from './shape.ts';
import type { FormTree } from './tree.ts';

/** Whether a form of the schema can have a field of this name. */
export function isKnownName(tree: FormTree, name: string): boolean {
  let rest = withoutSign(name);
  let asked = askedOf(tree, tree.root);
  if (rest === 'value' && !isComposite(asked.shape)) return true;
  while (rest !== '') {
    const step = stepOf(asked.shape, rest);
    if (step === undefined) return false;
    rest = rest.slice(step.length);
    asked = askedOf(tree, step.node);
  }
  return true;
}

interface Step {
  readonly length: number;
  readonly node: unknown;
}

function stepOf(shape: Shape, rest: string): Step | undefined {
  if (shape.kind === 'variants') return numbered(rest, /^\|(\d{1,4})/, (index) => shape.options[index]);
  if (shape.kind === 'list') return numbered(rest, /^\[(\d{1,9})\]/, () => shape.item);
  if (shape.kind === 'tuple') return numbered(rest, /^\[(\d{1,4})\]/, (index) => shape.items[index]);
  if (shape.kind === 'record') return numbered(rest, /^\{(\d{1,9})\}/, () => shape.value);
  if (shape.kind !== 'object') return undefined;
  const [text, key] = keyIn(rest);
  const node = shape.fields.find((field) => field.key === key)?.node;
  return node && { length: text.length, node };
}

function numbered(rest: string, pattern: RegExp, nodeAt: (index: number) => unknown): Step | undefined {
  const [text, digits] = pattern.exec(rest) ?? [];
  const node = text === undefined ? undefined : nodeAt(Number(digits));
  return text === undefined || node === undefined ? undefined : { length: text.length, node };
}

/** The first key of a name: as it is, or in brackets as JSON. */
function keyIn(rest: string): readonly [text: string, key: string | undefined] {
  const [plain, word] = /^\.?([\w$-]+)/.exec(rest) ?? [];
  if (plain !== undefined) return [plain, word];
  const [quoted = '', json = ''] = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest) ?? [];
  try {
    return [quoted, JSON.parse(json) as string];
  } catch {
    return ['', undefined];
  }
}
