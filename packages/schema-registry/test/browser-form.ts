import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;

/** A form as a browser without JavaScript has it. */
export interface BrowserForm {
  /** What it is sent with when nothing is touched. */
  readonly sent: URLSearchParams;
  readonly elements: readonly Element[];
  /** The control, or group, with that name. */
  control(name: string): Element;
  attributes(name: string): Readonly<Record<string, string>>;
}

export function browserForm(markup: string): BrowserForm {
  const elements = [...elementsIn(parseFragment(markup))];
  const sent = new URLSearchParams();
  for (const element of elements) {
    const { name } = attributesOf(element);
    if (name === undefined) continue;
    for (const value of valuesOf(element)) sent.append(name, value);
  }
  const control = (name: string): Element => {
    const found = elements.find((element) => attributesOf(element)['name'] === name);
    if (!found) throw new RangeError(`The form has no field ${name}.`);
    return found;
  };
  return { sent, elements, control, attributes: (name) => attributesOf(control(name)) };
}

export function attributesOf({ attrs }: Element): Readonly<Record<string, string>> {
  return Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
}

export function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

function* elementsIn(node: DefaultTreeAdapterTypes.ParentNode): Generator<Element> {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue;
    yield child;
    yield* elementsIn(child);
  }
}

/** What a control adds to the body; buttons only do when they are pressed. */
function valuesOf(element: Element): readonly string[] {
  const { type, value, checked } = attributesOf(element);
  if (element.tagName === 'textarea') return [textOf(element).replaceAll('\n', '\r\n')];
  if (element.tagName === 'select') {
    const options = element.childNodes.filter((child) => 'tagName' in child);
    const chosen = options.find((option) => 'selected' in attributesOf(option)) ?? options[0];
    return chosen ? [attributesOf(chosen)['value'] ?? ''] : [];
  }
  if (element.tagName !== 'input') return [];
  if (type === 'checkbox' || type === 'radio') return checked === undefined ? [] : [value ?? 'on'];
  return [value ?? ''];
}
