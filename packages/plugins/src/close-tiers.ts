import { startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { Settings } from './options.ts';

/** @throws TEARDOWN_FAILED, after all have been closed */
export async function closeTiers({ tiers, stopTimeoutMs }: Settings): Promise<void> {
  const failures: string[] = [];
  const closing = Array.from(tiers.values(), async (tier) => {
    const late = (): Error => new DOMException(`it did not end within ${stopTimeoutMs} ms`, 'TimeoutError');
    const task = within(() => tier.close?.(), { deadline: startDeadline(stopTimeoutMs), late });
    await task.catch((error: unknown) =>
      failures.push(`- The tier "${tier.name}" failed to close: ${messageOf(error)}`),
    );
  });
  await Promise.all(closing);
  if (failures.length === 0) return;
  throw new PluginErrors.TEARDOWN_FAILED({ count: failures.length, list: failures.join('\n') });
}
