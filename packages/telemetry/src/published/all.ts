import type { ChannelMetric } from '../channels.ts';
import { expectKnown, expectOption } from '../expect-option.ts';
import { configChannels } from './config.ts';
import { flagsChannels } from './flags.ts';
import { lifecycleChannels } from './lifecycle.ts';
import { loggerChannels } from './logger.ts';
import { managementChannels } from './management.ts';
import { pluginsChannels } from './plugins.ts';
import { resilienceChannels } from './resilience.ts';
import { schemaRegistryChannels } from './schema-registry.ts';

export interface PackageChannelOptions {
  /** Channels to leave out, such as `seaworthy:flags:evaluated` where a flag is evaluated in a hot loop. @default none */
  readonly except?: readonly string[];
}

let all: readonly ChannelMetric[] | undefined;

/**
 * Everything that the packages of this house tell, as metrics and spans, for `channels` of `startTelemetry`.
 *
 * @throws TelemetryErrors.INVALID_OPTION when `except` names a channel that is not there; UNKNOWN_OPTION
 */
export function packageChannels(options: PackageChannelOptions = {}): readonly ChannelMetric[] {
  expectKnown('', options, ['except']);
  const { except = [] } = options;
  all ??= [
    ...configChannels(),
    ...flagsChannels(),
    ...lifecycleChannels(),
    ...loggerChannels(),
    ...managementChannels(),
    ...pluginsChannels(),
    ...resilienceChannels(),
    ...schemaRegistryChannels(),
  ];
  const known = new Set(all.map(({ channel }) => channel));
  expectOption('except', Array.isArray(except), 'a list of channels', except);
  for (const channel of except) expectOption('except', known.has(channel), `some of ${[...known].join(', ')}`, channel);
  return all.filter(({ channel }) => !except.includes(channel));
}
