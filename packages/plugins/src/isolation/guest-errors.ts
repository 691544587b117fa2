// The errors that are made where the plugin runs. The catalogue of the package is not there: it would have to be loaded into every
// realm. The codes are those of the catalogue.
import type { RpcErrors } from './rpc.ts';

/** An error with a code of this package. */
export function codedError(problem: string, message: string, cause?: unknown): Error & { readonly code: string } {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { code: `seaworthy.plugins.${problem}` });
}

export const guestErrors: RpcErrors = {
  late: (method, timeoutMs) =>
    codedError('CALL_TIMEOUT', `The host did not answer ${method} within ${timeoutMs} ms. Ask for less at a time.`),
  uncloneable: (method, cause) =>
    codedError(
      'NOT_CLONEABLE',
      `A value for ${method} cannot leave the tier of the plugin: ${textOf(cause)}. Give plain data, without functions.`,
      cause,
    ),
};

/** What is too much for one message. */
export function tooLarge(size: number, most: number): Error {
  return codedError('NOT_CLONEABLE', `it has ${size} bytes, and at most ${most} may cross at a time`);
}

/** What a method of `ctx` says when the plugin is gone. */
export function closedError(plugin: string, method: string): Error {
  return codedError(
    'CONTEXT_CLOSED',
    `Plugin "${plugin}" called ctx.${method} after it was unloaded. Watch ctx.signal and end the work there.`,
  );
}

/** What only the tier "inline" can do. */
export function inlineOnlyError(method: string): Error {
  return codedError(
    'INLINE_ONLY',
    `ctx.${method} answers at once, which only the tier "inline" can. Use a service or a command instead.`,
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
