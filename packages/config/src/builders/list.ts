import { isLeaf, leaf, type Leaf, type RawContext } from '../leaf.ts';
import { expectOptions, refuse } from '../options.ts';
import { isSecret } from '../secret.ts';
import { string } from './text.ts';

export interface ListOptions {
  /** Separates the items in text. @default ',' */
  readonly separator?: string;
  /** @default 0 */
  readonly minItems?: number;
}

/** A list of values: from files a list, from text the items between separators. */
export function list(): Leaf<readonly string[]>;
export function list<T, Input>(item: Leaf<T, Input>, options?: ListOptions): Leaf<readonly T[], readonly Input[]>;
export function list(item: Leaf<unknown, never> = string(), options: ListOptions = {}): Leaf<readonly unknown[]> {
  if (!isLeaf(item)) throw refuse('item', 'a leaf, such as string() or int()', item);
  expectOptions<ListOptions>(options, { separator: true, minItems: true });
  const { separator = ',', minItems = 0 } = options;
  const inner = item['~leaf'];
  const expected = `a list, each ${inner.expected}${minItems > 0 ? `, at least ${minItems}` : ''}`;
  return leaf<readonly unknown[]>({
    expected,
    secret: inner.secret,
    many: true,
    json: () => ({ type: 'array', items: inner.json(), ...(minItems > 0 ? { minItems } : {}) }),
    parse: async (raw, context) => {
      const items = splitList(isSecret(raw) ? raw.reveal() : raw, context, separator);
      if (items === undefined || items.length < minItems) return { expected };
      const values: unknown[] = [];
      const inputs: unknown[] = [];
      for (const parsed of await Promise.all(items.map(async (each) => inner.parse(each, context)))) {
        if ('expected' in parsed) return { ...parsed, expected };
        values.push(parsed.value);
        inputs.push('input' in parsed ? parsed.input : parsed.value);
      }
      return inputs.every((input, index) => Object.is(input, values[index]))
        ? { value: values }
        : { value: values, input: inputs };
    },
  });
}

function splitList(raw: unknown, { text }: RawContext, separator: string): readonly unknown[] | undefined {
  if (Array.isArray(raw)) return text ? raw.flatMap((each) => splitText(String(each), separator)) : raw;
  return text && typeof raw === 'string' ? splitText(raw, separator) : undefined;
}

function splitText(text: string, separator: string): readonly string[] {
  const items = text.split(separator).map((item) => item.trim());
  return items.filter((item) => item !== '');
}
