import { leaf, type Leaf, type Parsed, type RawContext } from '../leaf.ts';

const expected = 'true or false';
const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** `true` or `false`; text may also say 1, 0, yes, no, on, off. */
export function boolean(): Leaf<boolean> {
  return leaf({ expected, json: () => ({ type: 'boolean' }), flag: true, parse: parseBoolean });
}

function parseBoolean(raw: unknown, { text }: RawContext): Parsed<boolean> {
  const value = text ? words.get(String(raw).trim().toLowerCase()) : raw;
  return typeof value === 'boolean' ? { value } : { expected };
}
