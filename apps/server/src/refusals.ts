// What is refused is written down, and strangers fill no disk with it.
// (1) Within a window an address gets `perAddress` entries for refusals, and all addresses together `inAll`.
// (2) What is more is counted: one entry when the window ends, or with the log, says how often each address was refused, and why.
// (3) What was done, and what an account did, is always written.
import { countedAs } from './modules/accounts/networks.ts';
import type { AuditTrail } from './modules/accounts/service.ts';

export interface BoundedRefusalsOptions {
  /** In milliseconds. @default 600000 */
  readonly windowMs?: number;
  /** @default 50 */
  readonly perAddress?: number;
  /** @default 1000 */
  readonly inAll?: number;
}

export interface BoundedRefusals extends AuditTrail {
  /** Writes what was counted. */
  flush(): Promise<void>;
}

/** Events that anybody can cause who reaches the server. */
const refusals: ReadonlySet<string> = new Set([
  'refused',
  'report refused',
  'login failed',
  'login refused',
  'sign-in refused',
]);

/** How many addresses a sum names; those after them are told as one. */
const namedAddresses = 100;
const others = 'others';

interface Counted {
  count: number;
  readonly reasons: Map<string, number>;
}

interface Window {
  readonly written: Map<string, number>;
  total: number;
  readonly counted: Map<string, Counted>;
  readonly timer: NodeJS.Timeout;
}

/** The trail, with few entries for many refusals. */
export function boundRefusals(trail: AuditTrail, options: BoundedRefusalsOptions = {}): BoundedRefusals {
  const { windowMs = 600_000, perAddress = 50, inAll = 1_000 } = options;
  let window: Window | undefined;
  const flush = async (): Promise<void> => {
    if (window === undefined) return;
    const { counted, timer } = window;
    clearTimeout(timer);
    window = undefined;
    if (counted.size === 0) return;
    const addresses = [...counted].map(([address, { count, reasons }]) => ({
      address,
      count,
      reasons: Object.fromEntries(reasons),
    }));
    const count = addresses.reduce((sum, each) => sum + each.count, 0);
    await trail.record('more refused', { count, withinMs: windowMs, addresses });
  };
  const open = (): Window => {
    const timer = setTimeout(() => void flush(), windowMs);
    timer.unref();
    return { written: new Map(), total: 0, counted: new Map(), timer };
  };
  return {
    flush,
    async record(event, fields) {
      if (!refusals.has(event)) return trail.record(event, fields);
      window ??= open();
      const { address: from, code } = fields as { readonly address?: unknown; readonly code?: unknown };
      const address = typeof from === 'string' ? countedAs(from) : 'unknown';
      const before = window.written.get(address) ?? 0;
      if (before >= perAddress || window.total >= inAll)
        return sum(window.counted, address, typeof code === 'string' ? code : event);
      window.written.set(address, before + 1);
      window.total += 1;
      return trail.record(event, fields);
    },
  };
}

function sum(counted: Map<string, Counted>, address: string, reason: string): void {
  const isNamed = counted.has(address) || counted.size < namedAddresses;
  const key = isNamed ? address : others;
  const found = counted.get(key) ?? { count: 0, reasons: new Map<string, number>() };
  found.count += 1;
  found.reasons.set(reason, (found.reasons.get(reason) ?? 0) + 1);
  counted.set(key, found);
}
