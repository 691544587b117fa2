import { isSeaworthyError } from '@seaworthy/errors';
import { flagd } from '../dialects/flagd.ts';
import type { FlagDialect } from '../dialects/dialect.ts';
import type { FlagDocument } from '../document.ts';
import { FlagErrors } from '../errors.ts';
import { messageOf } from '../json.ts';
import type { FlagSchema } from '../typed-keys.ts';
import { untilAborted } from './announced.ts';
import { expectTime } from './check.ts';

export interface PublishOptions {
  /** Who publishes, for the history of every program that reads it. */
  readonly by?: string;
  /**
   * Publishes only over this version, so that two people do not overwrite each other's flags; `0` if there should be none yet.
   *
   * @default whatever is there
   */
  readonly over?: number;
  /** How long it may take, in milliseconds; whether it was published is then unknown. @default 10000 */
  readonly timeoutMs?: number;
  /** Ends the wait; whether it was published is then unknown. */
  readonly signal?: AbortSignal;
}

/** A source that many programs share, and that this one can publish to. */
export interface PublishedSource {
  /**
   * Checks flags, makes them the newest version, and announces its number to every program that reads them. Versions rise also
   * after the server lost all data: each is at least the milliseconds since 1970 by the server's clock.
   *
   * @returns the number of the version
   * @throws NOT_JSON, INVALID_DOCUMENT, INVALID_OPTION, PUBLISH_CONFLICT, SOURCE_FAILED
   */
  publish(document: FlagDocument | FlagSchema | string, options?: PublishOptions): Promise<number>;
}

/** The text to publish: flags that nobody could use are refused here, before they are everywhere. */
export async function checkedText(
  source: string,
  document: FlagDocument | FlagSchema | string,
  dialect: FlagDialect = flagd,
): Promise<string> {
  const text = typeof document === 'string' ? document : (JSON.stringify(document) ?? '');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new FlagErrors.NOT_JSON({ source: `the publication to ${source}`, detail: messageOf(cause) }, { cause });
  }
  await dialect.prepare?.(parsed);
  const problems = dialect.validate(parsed);
  if (problems.length === 0) return text;
  const list = problems.map(({ path, message }) => `- ${path} ${message}`).join('\n');
  throw new FlagErrors.INVALID_DOCUMENT({ source: `the publication to ${source}`, list, problems });
}

/**
 * Waits for what a place answers to a publication: a connection that swallows everything never does.
 *
 * @throws INVALID_OPTION, SOURCE_FAILED
 */
export async function answered<Answer>(
  source: string,
  publish: () => Promise<Answer>,
  { timeoutMs = 10_000, signal }: PublishOptions,
): Promise<Answer> {
  expectTime('timeoutMs', timeoutMs);
  const late = new AbortController();
  const detail = `it did not answer within ${timeoutMs} ms, and whether the new ones are published is unknown`;
  const timer = setTimeout(() => late.abort(new Error(detail)), timeoutMs);
  try {
    return await untilAborted(publish(), signal ? AbortSignal.any([signal, late.signal]) : late.signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (isSeaworthyError(cause)) throw cause;
    throw new FlagErrors.SOURCE_FAILED({ source, detail: messageOf(cause) }, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** What a place answered to a publication. @throws PUBLISH_CONFLICT */
export function publishedVersion(source: string, expected: number | undefined, found: number, isDone: boolean): number {
  if (isDone) return found;
  throw new FlagErrors.PUBLISH_CONFLICT({ source, expected: String(expected), found: String(found) });
}
