import type { FlagDocument } from '../document.ts';
import type { FlagSchema } from '../typed-keys.ts';
import type { FlagSource } from './source.ts';

/** Flags held by the program. */
export interface MemorySource extends FlagSource {
  /** Replaces the document; `reload()` of the flags waits until it is in use. */
  set(document: FlagDocument | FlagSchema | string): void;
}

/** Takes a document in flagd's format, as an object or as JSON text; later changes of the object have no effect. */
export function memory(document: FlagDocument | FlagSchema | string): MemorySource {
  let text = toText(document);
  const listeners = new Set<() => void>();
  return {
    name: 'memory',
    load: async () => text(),
    set(next) {
      text = toText(next);
      for (const changed of listeners) changed();
    },
    watch(changed) {
      const listener = (): void => changed();
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}

/** Written down at once; what cannot be is reported when it is loaded, like the failure of any other source. */
function toText(document: FlagDocument | FlagSchema | string): () => string {
  if (typeof document === 'string') return () => document;
  try {
    const text = JSON.stringify(document) ?? 'null';
    return () => text;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
