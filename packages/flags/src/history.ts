import { differencesOf, type FlagDifference } from './diff.ts';
import type { FlagsChanged } from './events.ts';
import type { Snapshot } from './snapshot.ts';

/** One set of flags that was in use: what changed, where it came from, and when. */
export interface FlagVersion extends FlagsChanged {
  /** In ISO 8601. */
  readonly at: string;
}

interface Kept {
  readonly entry: FlagVersion;
  readonly before: Snapshot;
  readonly snapshot: Snapshot;
}

/** The last versions of the flags, newest last; older ones are forgotten. */
export class History {
  readonly #size: number;
  readonly #kept: Kept[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(entry: FlagVersion, before: Snapshot, snapshot: Snapshot): void {
    this.#kept.push({ entry: Object.freeze(entry), before, snapshot });
    if (this.#kept.length > this.#size) this.#kept.shift();
  }

  list(): readonly FlagVersion[] {
    return this.#kept.map(({ entry }) => entry);
  }

  find(version: number): Snapshot | undefined {
    return this.#keptOf(version)?.snapshot;
  }

  differences(version: number): readonly FlagDifference[] | undefined {
    const kept = this.#keptOf(version);
    return kept && differencesOf(kept.before, kept.snapshot, kept.entry);
  }

  #keptOf(version: number): Kept | undefined {
    return this.#kept.find(({ entry }) => entry.version === version);
  }
}
