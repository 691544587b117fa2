import { metaOf, read } from './meta.ts';
import { normalize } from './normalize.ts';
import { problemsIn } from './problem.ts';
import { exitCodeOf } from './status.ts';

/** Exit codes of sysexits.h for what the operating system refuses. */
const systemExits: ReadonlyMap<unknown, number> = new Map(
  Object.entries({
    ENOENT: 66,
    ENOTDIR: 66,
    EISDIR: 66,
    EACCES: 77,
    EPERM: 77,
    EADDRINUSE: 69,
    EADDRNOTAVAIL: 69,
    ECONNREFUSED: 69,
    ECONNRESET: 69,
    EHOSTUNREACH: 69,
    ENETUNREACH: 69,
    ENOTFOUND: 68,
    EAI_AGAIN: 75,
    ETIMEDOUT: 75,
    EMFILE: 71,
    ENFILE: 71,
    ENOMEM: 71,
    ENOSPC: 73,
    EROFS: 73,
  }),
);

/** The process exit code for any thrown value, by sysexits.h: the catalogue's, else 70 (internal software error). */
export function exitCode(error: unknown): number {
  const normal = normalize(error);
  const meta = metaOf(normal);
  if (meta === undefined) return 70;
  const [firstProblem] = problemsIn(normal);
  const system =
    meta.code === 'seaworthy.errors.SYSTEM' ? systemExits.get(read(read(normal, 'cause'), 'code')) : undefined;
  const code = firstProblem?.exitCode ?? system ?? exitCodeOf(meta);
  return Number.isInteger(code) && code > 0 && code < 256 ? code : 70;
}
