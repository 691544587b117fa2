import { PluginErrors } from '../errors.ts';
import type { RpcErrors } from './rpc.ts';

/** @throws INVALID_OPTION unless the value is a whole number from `least` */
export function expectWhole(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  const expected = `a whole number from ${least}`;
  throw new PluginErrors.INVALID_OPTION({ option, expected, received: `${String(value)} (${typeof value})` });
}

/** The errors of calls into a guest. */
export const hostErrors: RpcErrors = {
  late: (method, timeoutMs) => new PluginErrors.CALL_TIMEOUT({ method, timeoutMs }),
  uncloneable: (method, cause) =>
    new PluginErrors.NOT_CLONEABLE(
      { method, detail: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    ),
};
