import type { Session } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManagementErrors } from '../errors.ts';
import type { CpuOptions } from './probe.ts';

/** How a question to the inspector is asked. */
export type Post = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>;

/** Opens a session, hands it out, and closes it whatever happens. @throws DIAGNOSTICS_UNAVAILABLE */
export async function withSession<T>(connect: (session: Session) => void, run: (post: Post) => Promise<T>): Promise<T> {
  const session = await openSession(connect);
  const post: Post = (method, params = {}) =>
    new Promise((resolve, reject) => {
      // Methods are named by text: the types of Node know each by its own overload.
      const anyPost = session.post.bind(session) as unknown as (
        name: string,
        given: object,
        done: (error: Error | null, result?: Readonly<Record<string, unknown>>) => void,
      ) => void;
      anyPost(method, params, (error, result = {}) => (error ? reject(error) : resolve(result)));
    });
  try {
    return await run(post);
  } finally {
    session.disconnect();
  }
}

async function openSession(connect: (session: Session) => void): Promise<Session> {
  try {
    const inspector = await import('node:inspector');
    const session = new inspector.Session();
    connect(session);
    return session;
  } catch (error) {
    throw new ManagementErrors.DIAGNOSTICS_UNAVAILABLE({}, { cause: error });
  }
}

/** Takes a profile in the format of V8. @throws MAIN_THREAD_STUCK */
export async function takeProfile(
  post: Post,
  { durationMs, stop, gone }: CpuOptions,
  limitMs: number,
): Promise<object> {
  await inTime(post('Profiler.enable'), limitMs);
  await inTime(post('Profiler.start'), limitMs);
  await sleep(durationMs, undefined, { signal: AbortSignal.any([stop, gone]) }).catch(() => undefined);
  if (gone.aborted) return {};
  const { profile } = await inTime(post('Profiler.stop'), limitMs);
  return profile as object;
}

/** Waits for the main thread, but not for ever. @throws MAIN_THREAD_STUCK */
export async function inTime<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).then(
    () => Promise.reject(new ManagementErrors.MAIN_THREAD_STUCK({ waitedMs: limitMs })),
    // The answer was there first.
    () => new Promise<never>(() => {}),
  );
  // What comes after the deadline fails with the session, and concerns nobody.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
