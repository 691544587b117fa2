import type { IncomingMessage } from 'node:http';
import { ManagementErrors } from './errors.ts';

/** One request line, taken apart. */
export interface Target {
  readonly method: string;
  /** The path as it was sent, without its query. */
  readonly pathname: string;
  readonly endpoint: string;
  readonly path: readonly string[];
  readonly search: string;
}

/** Takes a request line apart. @throws MALFORMED_URL */
export function readTarget({ method = 'GET', url = '/' }: Pick<IncomingMessage, 'method' | 'url'>): Target {
  const end = url.indexOf('?');
  const pathname = end < 0 ? url : url.slice(0, end);
  try {
    const [endpoint = '', ...path] = pathname.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent);
    return { method, pathname, endpoint, path, search: end < 0 ? '' : url.slice(end) };
  } catch (error) {
    throw new ManagementErrors.MALFORMED_URL({}, { cause: error });
  }
}
