import { automatonOf, automatonOfTexts, type Automaton } from './automaton.ts';
import { representatives } from './char-set.ts';
import type { Fuel } from './fuel.ts';
import type { Pattern } from '../json/node.ts';

/** What a text must be. */
export interface TextRules {
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly { readonly pattern: Pattern; readonly isHeld: boolean }[];
  readonly excluded: readonly string[];
}

/**
 * Finds a shortest text that holds every rule that can be asked, or tells by undefined that there is none.
 *
 * An expression that is not regular is not asked: a text may be wrong then, and no text is still none.
 * Throws what `fuel` throws.
 */
export function findText(rules: TextRules, fuel: Fuel): string | undefined {
  const { patterns, excluded, minLength, maxLength } = rules;
  if (minLength > maxLength) return undefined;
  const held = patterns.filter(({ isHeld }) => isHeld).map(({ pattern }) => automatonOf(pattern));
  const refused = patterns.filter(({ isHeld }) => !isHeld).map(({ pattern }) => automatonOf(pattern));
  const product: Product = {
    held: held.filter((automaton) => automaton !== undefined),
    refused: [...refused.filter((automaton) => automaton !== undefined), automatonOfTexts(excluded)],
  };
  if (product.held.length + product.refused.length === 1 && excluded.length === 0) {
    return 'a'.repeat(Math.min(minLength, longest));
  }
  return search(product, minLength, maxLength, fuel);
}

/** A longer text is not made to prove a point. */
const longest = 100_000;

interface Product {
  readonly held: readonly Automaton[];
  readonly refused: readonly Automaton[];
}

interface Place {
  readonly states: readonly number[];
  readonly length: number;
  readonly from: Place | undefined;
  readonly point: number;
}

/** Breadth first: the first text that is found is a shortest one. */
function search({ held, refused }: Product, minLength: number, maxLength: number, fuel: Fuel): string | undefined {
  const automata = [...held, ...refused];
  const points = representatives(automata.flatMap(({ sets }) => sets));
  const start: Place = { states: automata.map(({ initial }) => initial), length: 0, from: undefined, point: 0 };
  const cap = maxLength === Infinity ? minLength : maxLength;
  const known = new Set<string>();
  const isFine = ({ states, length }: Place): boolean =>
    length >= minLength &&
    automata.every((automaton, index) => automaton.accepts(states[index] ?? 0) === index < held.length);
  let wave = [start];
  while (wave.length > 0) {
    const next: Place[] = [];
    for (const place of wave) {
      if (isFine(place)) return textOf(place);
      if (place.length >= maxLength) continue;
      for (const point of points) {
        fuel.spend(1);
        const states = automata.map((automaton, index) => automaton.next(place.states[index] ?? 0, point));
        const key = `${states.join()}:${Math.min(place.length + 1, cap)}`;
        if (known.has(key)) continue;
        known.add(key);
        next.push({ states, length: place.length + 1, from: place, point });
      }
    }
    wave = next;
  }
  return undefined;
}

function textOf(place: Place): string {
  const points: number[] = [];
  for (let at = place; at.from; at = at.from) points.push(at.point);
  return points
    .toReversed()
    .map((point) => String.fromCodePoint(point))
    .join('');
}
