import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configChannels } from '@seaworthy/config';
import { flagChannels } from '@seaworthy/flags';
import { lifecycleChannels } from '@seaworthy/lifecycle';
import { channels as loggerChannels } from '@seaworthy/logger';
import { managementChannels } from '@seaworthy/management';
import { pluginChannels } from '@seaworthy/plugins';
import { resilienceChannels } from '@seaworthy/resilience';
import { channels as registryChannels } from '@seaworthy/schema-registry';
import { packageChannels } from '@seaworthy/telemetry/node';

const root = join(import.meta.dirname, '../../..');

const listed = [
  configChannels,
  flagChannels,
  lifecycleChannels,
  loggerChannels,
  managementChannels,
  pluginChannels,
  resilienceChannels,
  registryChannels,
].flat();

/** Every name of a channel that stands in the sources of a package, telemetry's own left out. */
function written(): readonly string[] {
  const files = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root }).filter(
    (file) => !/^packages.telemetry/.test(file),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/['"`](seaworthy:[\w-]+:[\w-]+)['"`]/g)].map(
      ([, name = '']) => name,
    ),
  );
  return [...new Set(names)];
}

const sorted = (names: readonly string[]): readonly string[] => names.toSorted();

test('telemetry measures every event that a package tells, and no other', () => {
  expect(sorted(packageChannels().map(({ channel }) => channel))).toEqual(sorted(listed));
});

test('every channel that is named in a source is in the list that its package exports', () => {
  expect(written().filter((name) => !listed.includes(name))).toEqual([]);
  expect(listed.filter((name) => !written().includes(name))).toEqual([]);
});
