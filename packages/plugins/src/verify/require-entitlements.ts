import { PluginErrors } from '../errors.ts';
import type { Examiner } from '../examine.ts';
import { expectKnown, type OptionNames } from '../expect-option.ts';
import type { PluginCode } from '../isolation/tier.ts';
import { verifyEntitlement, type VerifyEntitlementOptions } from './entitlement.ts';

type Checks = Pick<VerifyEntitlementOptions, 'keys' | 'revocations' | 'leewayMs' | 'issuer'>;

export interface RequireEntitlementsOptions {
  /** Plugin ids, or the beginning of ids and a star. */
  readonly plugins: readonly string[];
  /** The token that was kept for a plugin; undefined when there is none. */
  readonly token: (code: PluginCode, signal: AbortSignal) => string | undefined | Promise<string | undefined>;
  /** What tokens are checked by; a function is asked for each plugin, so that keys and lists can change. */
  readonly checks: Checks | (() => Checks | Promise<Checks>);
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const checkNames: OptionNames<Checks> = { keys: true, revocations: true, leewayMs: true, issuer: true };
const optionNames: OptionNames<RequireEntitlementsOptions> = { plugins: true, token: true, checks: true, now: true };

/** An examiner that refuses plugins which have to be paid for, unless a token entitles to them. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function requireEntitlements(options: RequireEntitlementsOptions): Examiner {
  expectKnown('', options, optionNames);
  const { plugins, token: read, checks, now = Date.now } = options;
  if (typeof checks !== 'function') expectKnown('checks', checks, checkNames);
  return {
    name: 'entitlements',
    async examine(code, { signal }) {
      const { id, version } = code;
      if (!plugins.some((name) => isNamed(name, id))) return;
      const token = await read(code, signal);
      signal.throwIfAborted();
      if (token === undefined) throw new PluginErrors.ENTITLEMENT_MISSING({ plugin: id });
      const known = typeof checks === 'function' ? await checks() : checks;
      verifyEntitlement(token, { ...known, package: id, version, now: now() });
    },
  };
}

function isNamed(name: string, id: string): boolean {
  return name.endsWith('*') ? id.startsWith(name.slice(0, -1)) : id === name;
}
