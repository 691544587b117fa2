import { metaOf, read } from './meta.ts';
import { normalize } from './normalize.ts';
import { problemsIn } from './problem.ts';
import { exitCodeOf } from './status.ts';

/** The process exit code for any thrown value, by sysexits.h: the catalogue's, else 70 (internal software error). */
export function exitCode(error: unknown): number {
  const normal = normalize(error);
  const meta = metaOf(normal);
  if (meta === undefined) return 70;
  const [firstProblem] = problemsIn(normal);
  const code = firstProblem?.exitCode ?? foreignExit(meta.code, read(normal, 'cause')) ?? exitCodeOf(meta);
  return Number.isInteger(code) && code > 0 && code < 256 ? code : 70;
}

/** `fetch` has the system's error as its cause, and where a host has several addresses, a list of errors has the code. */
function foreignExit(code: string, error: unknown): number | undefined {
  switch (code) {
    case 'seaworthy.errors.SYSTEM':
    case 'seaworthy.errors.UNEXPECTED':
    case 'seaworthy.errors.AGGREGATE':
      return systemExit(read(error, 'code')) ?? systemExit(read(read(error, 'cause'), 'code'));
    default:
      return undefined;
  }
}

/** Exit codes of sysexits.h for what the operating system refuses. A table would be made by every import. */
function systemExit(code: unknown): number | undefined {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return 66;
    case 'ENOTFOUND':
      return 68;
    case 'EADDRINUSE':
    case 'EADDRNOTAVAIL':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 69;
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return 71;
    case 'ENOSPC':
    case 'EROFS':
      return 73;
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return 75;
    case 'EACCES':
    case 'EPERM':
      return 77;
    default:
      return undefined;
  }
}
