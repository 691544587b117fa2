import { bindTree } from './bind-tree.ts';
import { failedReading, type Source } from './source.ts';

/** What a vault gave. */
export interface VaultAnswer {
  /** Nested as the shape is. */
  readonly values: object;
  /** How long the values hold, in milliseconds. Without it they hold until the next reload. */
  readonly leaseMs?: number;
}

/**
 * A client of a vault, as small as its use: one call that fetches what this program needs. The signal aborts when the
 * answer is not wanted any more. A failure is shown by its `code` or name only, because its message may quote a secret.
 */
export interface Vault {
  read(request: { readonly signal: AbortSignal }): Promise<VaultAnswer>;
}

/** Part of a lease that passes before it is renewed: what remains is for a vault that is slow or down. */
const renewAt = 2 / 3;

/**
 * Secrets from a vault. With `load(…, { watch: true })` they are fetched again when two thirds of the shortest lease are
 * over; when that fails, the last good values stay, `status()` says so, and it is tried again with growing pauses.
 */
export function vault(name: string, client: Vault): Source {
  return {
    name,
    read: async ({ shape, signal }) => {
      const { values, leaseMs } = await client.read({ signal });
      if (leaseMs === undefined) return bindTree(values, shape, () => name);
      if (!(leaseMs > 0)) return failedReading(name, `gave a lease of ${leaseMs} ms, expected more than 0.`);
      return { ...bindTree(values, shape, () => name), refreshAfterMs: leaseMs * renewAt };
    },
  };
}
