// Starts Backstage's initialiser with plugins that do nothing, in a process of its own: prints the median of the milliseconds.
// It has what it does not start without, which here does nothing: a log, a configuration and the hooks of a lifecycle.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder = '', count = '0', starts = '1'] = process.argv.slice(2);

/** What is used of it. */
interface BackendPlugins {
  createBackendPlugin(options: {
    readonly pluginId: string;
    register(env: { registerInit(init: { readonly deps: object; init(): Promise<void> }): void }): void;
  }): unknown;
  createServiceFactory(options: { readonly service: unknown; readonly deps: object; factory(): unknown }): unknown;
  readonly coreServices: Readonly<Record<string, unknown>>;
}
interface Backend {
  add(plugin: unknown): void;
  start(): Promise<unknown>;
  stop(): Promise<void>;
}
interface BackendApp {
  createSpecializedBackend(options: { readonly defaultServiceFactories: readonly unknown[] }): Backend;
}

const installed = createRequire(join(folder, 'package.json'));
const of = (name: string): unknown => installed(`@backstage/${name}`);
const { createSpecializedBackend } = of('backend-app-api') as BackendApp;
const { createBackendPlugin, createServiceFactory, coreServices } = of('backend-plugin-api') as BackendPlugins;

const nothing = (): void => undefined;
const log = { child: (): object => log, debug: nothing, info: nothing, warn: nothing, error: nothing };
const lifecycle = {
  addStartupHook: nothing,
  addShutdownHook: nothing,
  addBeforeShutdownHook: nothing,
  startup: nothing,
  beforeShutdown: nothing,
  shutdown: nothing,
};
const config = {
  getOptional: nothing,
  getOptionalString: nothing,
  getOptionalBoolean: nothing,
  getOptionalConfig: nothing,
};
const given = { rootLogger: log, logger: log, rootLifecycle: lifecycle, lifecycle, rootConfig: config };

const times: number[] = [];
for (let round = 0; round < Number(starts); round += 1) {
  const startedAt = process.hrtime.bigint();
  const backend = createSpecializedBackend({
    defaultServiceFactories: Object.entries(given).map(([name, service]) =>
      createServiceFactory({ service: coreServices[name], deps: {}, factory: () => service }),
    ),
  });
  for (let index = 0; index < Number(count); index += 1) {
    backend.add(
      createBackendPlugin({
        pluginId: `plugin-${index}`,
        register: (env) => env.registerInit({ deps: {}, init: () => Promise.resolve() }),
      }),
    );
  }
  await backend.start();
  times.push(Number(process.hrtime.bigint() - startedAt) / 1e6);
  await backend.stop();
}
process.stdout.write(`${times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]}\n`, () => process.exit());
