import type { Change } from './changes.ts';

type Direction = 'backward' | 'forward';

const widen = 'Let the reader accept what was allowed before, or publish the change under a new subject.';

const hints: Readonly<Partial<Record<Change['type'], string>>> = {
  'required-added': 'Make the property optional, or give it a default.',
  'property-added':
    'Data may already have this property with any value. Close the older schema first, or take another name.',
  'property-removed':
    'The reader refuses properties that it does not know. Keep the property as optional, or let others in.',
  'other-properties-changed': 'The reader refuses properties that the writer may write. Let them in, or name them.',
  'alternatives-changed': 'Keep every alternative that data was written by, and add new ones.',
  'dependencies-changed': 'Make the dependent properties optional.',
};

/** What could be done about a breaking change. */
export function hintFor(type: Change['type'], direction: Direction): string {
  const hint = hints[type] ?? widen;
  return direction === 'forward' ? `For older readers: ${hint}` : hint;
}
