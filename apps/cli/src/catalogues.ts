import { ErrorsErrors, type AnyCatalogue } from '@seaworthy/errors';
import { CliErrors } from './errors.ts';

/** The error catalogues of every package the command line is made of. */
export async function loadCatalogues(): Promise<readonly AnyCatalogue[]> {
  const [config, flags, lifecycle, logger, plugins, resilience, schemas, telemetry] = await Promise.all([
    import('@seaworthy/config'),
    import('@seaworthy/flags'),
    import('@seaworthy/lifecycle'),
    import('@seaworthy/logger'),
    import('@seaworthy/plugins'),
    import('@seaworthy/resilience'),
    import('@seaworthy/schema-registry'),
    import('@seaworthy/telemetry'),
  ]);
  return [
    CliErrors,
    ErrorsErrors,
    config.ConfigErrors,
    flags.FlagErrors,
    lifecycle.LifecycleErrors,
    logger.LoggerErrors,
    plugins.PluginErrors,
    resilience.ResilienceErrors,
    schemas.SchemaErrors,
    telemetry.TelemetryErrors,
  ];
}
