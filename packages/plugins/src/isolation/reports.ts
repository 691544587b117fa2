// What a guest says of itself: what it refused to its plugins, and what they print.
import { tellAttemptRefused } from '../events.ts';
import { isolate } from '../isolate.ts';
import type { AuditTrail } from '../policy.ts';
import type { Residents } from './remote.ts';
import type { Handler } from './rpc.ts';
import type { TierName } from './tier.ts';

export interface ReportOptions {
  readonly tier: TierName;
  readonly residents: Residents;
  readonly audit?: AuditTrail | undefined;
}

const longestText = 2_000;

/** The handlers of `refused` and `print`. */
export function reportHandlers({ tier, residents, audit }: ReportOptions): Readonly<Record<string, Handler>> {
  return {
    refused([key, given]) {
      const what = textOf(given);
      const place = residents.find(key);
      // Where Node itself refuses, it does not say to whom.
      for (const { code, options } of place ? [place] : residents.all) {
        const { id: plugin, version } = code;
        options.logger.warn({ tier, what }, 'The plugin was refused something');
        tellAttemptRefused({ plugin, tier, what });
        isolate(
          () => audit?.record({ event: 'refused', plugin, version, details: { tier, what } }),
          (error) => options.logger.error({ err: error }, 'The audit trail could not be written'),
        );
      }
    },
    print([level, given]) {
      const [first] = residents.all;
      const message = textOf(given);
      const plugins = residents.ids;
      if (level === 'error') first?.options.logger.error({ plugins }, message);
      else if (level === 'warn') first?.options.logger.warn({ plugins }, message);
      else first?.options.logger.info({ plugins }, message);
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, longestText) : typeof value;
}
