// Keys that sign short-lived tokens, with their rotation.
// (1) The newest key signs. It is replaced after `keyDays`, and a server that starts with an older one replaces it at once.
// (2) A key that was replaced is published, and believed, until the last token that it has signed is over; then it is gone.
// (3) The file is written whole, beside the old one, and only the server's user may read it.
// (4) Keys that instances share are read anew with each question, and the first that replaces one has replaced it for all.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import type { SharedText } from '../../storage/secrets.ts';

const stored = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      createdAt: z.number(),
      /** When it was replaced. */
      replacedAt: z.number().nullable(),
      jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }),
    }),
  ),
});

type StoredKey = z.output<typeof stored>['keys'][number];

export interface SigningKeys {
  /** The key to sign with now. */
  current(): Promise<{ readonly kid: string; readonly key: CryptoKey | Uint8Array }>;
  /** As `/.well-known/jwks.json` shows them: the current one first. */
  published(): Promise<{ readonly keys: readonly JWK[] }>;
}

export interface SigningKeysOptions {
  readonly path: string;
  /** Where the keys are instead, for instances that have no file in common. */
  readonly shared?: SharedText | undefined;
  /** How long one signs, in days. */
  readonly keyDays: number;
  /** How long a token is good, in milliseconds. */
  readonly tokenMs: number;
  readonly now: () => number;
}

const dayMs = 86_400_000;

/** Nothing is read or made before the first question. @throws ServerErrors.ARCHIVES_UNREADABLE when asked */
export function createSigningKeys({ path, shared, keyDays, tokenMs, now }: SigningKeysOptions): SigningKeys {
  let keys: readonly StoredKey[] | undefined;
  let rotating: Promise<readonly StoredKey[]> | undefined;

  const rotate = async (): Promise<readonly StoredKey[]> => {
    const text = await shared?.read();
    const known = shared === undefined ? (keys ?? read(path)) : parse(text, 'the database');
    const keep = async (after: readonly StoredKey[]): Promise<readonly StoredKey[]> => {
      if (shared === undefined) write(path, after);
      else if (!(await shared.replace(text, JSON.stringify({ keys: after })))) return rotate();
      return (keys = after);
    };
    const at = now();
    const alive = known.filter(({ replacedAt }) => replacedAt === null || at < replacedAt + tokenMs);
    const [newest] = alive;
    if (newest?.replacedAt === null && at < newest.createdAt + keyDays * dayMs) {
      return alive.length < known.length ? keep(alive) : (keys = alive);
    }
    const made = await makeKey(at);
    const replaced = alive.map((key) => ({ ...key, replacedAt: key.replacedAt ?? at }));
    return keep([made, ...replaced]);
  };
  // One at a time: two that rotate at once would each make a key.
  const all = (): Promise<readonly StoredKey[]> => (rotating ??= rotate().finally(() => (rotating = undefined)));
  return {
    async current() {
      const [newest] = await all();
      const { kid, jwk } = newest as StoredKey;
      return { kid, key: await importJWK(jwk, 'EdDSA') };
    },
    async published() {
      const shown = (await all()).map(({ kid, jwk: { kty, crv, x } }) => ({
        kty,
        crv,
        x,
        kid,
        alg: 'EdDSA',
        use: 'sig',
      }));
      return { keys: shown };
    },
  };
}

async function makeKey(at: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = stored.shape.keys.element.shape.jwk.parse(await exportJWK(privateKey));
  return { kid: randomUUID(), createdAt: at, replacedAt: null, jwk };
}

function read(path: string): readonly StoredKey[] {
  let text: string | undefined;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, cause);
  }
  return parse(text, path);
}

function parse(text: string | undefined, place: string): readonly StoredKey[] {
  if (text === undefined) return [];
  try {
    return stored.parse(JSON.parse(text)).keys;
  } catch (cause) {
    throw unreadable(place, cause);
  }
}

function unreadable(place: string, cause: unknown): Error {
  const reason = `${place} has no keys: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new ServerErrors.ARCHIVES_UNREADABLE({ folder: dirname(place), reason }, { cause });
}

function write(path: string, keys: readonly StoredKey[]): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, JSON.stringify({ keys }), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder: dirname(path), reason }, { cause });
  }
}
