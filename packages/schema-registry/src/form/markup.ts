/** Markup in which everything that was text has been escaped. */
export interface Markup {
  readonly html: string;
}

type Child = Markup | string | undefined | readonly Child[];

const empty: ReadonlySet<string> = new Set(['input']);

/** An element; texts and attributes are escaped, attributes that are `undefined` or `false` are left out. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): Markup {
  let start = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    start += value === true ? ` ${name}` : ` ${name}="${escape(String(value))}"`;
  }
  if (empty.has(tag)) return { html: `${start}>` };
  return { html: `${start}>${children.map(htmlOf).join('')}</${tag}>` };
}

function htmlOf(child: Child): string {
  if (child === undefined) return '';
  if (typeof child === 'string') return escape(child);
  return isMarkup(child) ? child.html : child.map(htmlOf).join('');
}

function isMarkup(child: Markup | readonly Child[]): child is Markup {
  return 'html' in child;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"'\0]/g, (character) =>
    character === '\u0000' ? '\uFFFD' : `&#${character.codePointAt(0)};`,
  );
}
