import { readOptions, type Settings } from '../src/options.ts';
import type { RouteParts } from '../src/routes.ts';

/** What routes are made of when nothing watches and no folder was named. */
export function parts(settings: Partial<Settings> = {}): RouteParts {
  return { settings: { ...readOptions({}), ...settings }, app: undefined, monitor: undefined };
}
