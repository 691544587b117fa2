import type { RestartOptions, RestartSettings } from './breaker.ts';
import { expectKnown, expectOption, type OptionNames } from './expect-option.ts';
import { guardLogger } from './guarded-logger.ts';
import { inlineTier } from './isolation/inline.ts';
import { isTierName, tierNames, type Tier, type TierName } from './isolation/tier.ts';
import { isTimeout, timeoutRule } from './manifest.ts';
import type { PluginLogger } from './plugin.ts';
import type { PluginPolicy } from './policy.ts';
import type { PluginSource } from './sources.ts';
import { memoryState, type StateStore } from './state-store.ts';
import type { Trust } from './verify/create-trust.ts';
import type { WatchOptions } from './watch-code.ts';

/** What the host asks of a logger: fields first, then the message. */
export interface PluginsLogger {
  info(fields: object, message: string): void;
  /** Without it, warnings go to `info`. */
  warn?(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The config of a plugin in the form of its `configVersion`. */
export interface MigratedConfig {
  readonly plugin: string;
  readonly config: unknown;
  readonly version: number;
}

export interface PluginHostOptions {
  readonly sources: readonly PluginSource[];
  /** Silent without it. Plugins get it with their id bound. */
  readonly logger?: PluginsLogger;
  /** For `onInit` and `onStart` together, counted per plugin from when that plugin runs. @default 30000 */
  readonly startTimeoutMs?: number;
  /** For all that happens when one plugin stops, counted from when that plugin stops. @default 10000 */
  readonly stopTimeoutMs?: number;
  /** How many plugins start at the same time. @default 64 */
  readonly concurrency?: number;
  /** Plugins that do not fit: refuse them all, or leave out those named in a problem. @default 'reject' */
  readonly onProblems?: 'reject' | 'skip';
  /** When a plugin that failed is started again. @default after 1 s, then twice as long each time, 5 times */
  readonly restart?: RestartOptions;
  /** How plugins on disk are run, besides in process. */
  readonly tiers?: readonly Tier[];
  /** What is asked of plugins on disk before their code is loaded. */
  readonly policy?: PluginPolicy;
  /**
   * Clones what crosses between plugins in the tier `inline` and the host, as the other tiers do: for development. A plugin that
   * passes what cannot be cloned gets NOT_CLONEABLE, unless its manifest says `inlineOnly`. @default false
   */
  readonly clone?: boolean;
  /** Where plugins keep what they write into `ctx.state`. @default memoryState(), which ends with the process */
  readonly state?: StateStore;
  /** Told of a config that a plugin has brought into its newer form, to be kept; a rejection stops the start of the plugin. */
  readonly onConfigMigrated?: (migrated: MigratedConfig) => unknown;
  /** Reloads plugins on disk whose files change; for development. @default false */
  readonly watch?: boolean | WatchOptions;
  /** Closes the host when it aborts. */
  readonly signal?: AbortSignal;
}

export interface Settings {
  readonly sources: readonly PluginSource[];
  readonly logger: PluginLogger;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly concurrency: number;
  readonly onProblems: 'reject' | 'skip';
  readonly restart: RestartSettings;
  readonly tiers: ReadonlyMap<TierName, Tier>;
  readonly policy: PluginPolicy;
  readonly clone: boolean;
  readonly state: StateStore;
  readonly onConfigMigrated: ((migrated: MigratedConfig) => unknown) | undefined;
  /** Nothing when files are not watched. */
  readonly watch: Required<WatchOptions> | undefined;
  readonly signal: AbortSignal | undefined;
}

const optionNames: OptionNames<PluginHostOptions> = {
  sources: true,
  logger: true,
  startTimeoutMs: true,
  stopTimeoutMs: true,
  concurrency: true,
  onProblems: true,
  restart: true,
  tiers: true,
  policy: true,
  clone: true,
  state: true,
  onConfigMigrated: true,
  watch: true,
  signal: true,
};

/** @throws INVALID_OPTION, UNKNOWN_OPTION */
export function checkOptions(options: PluginHostOptions): Settings {
  expectKnown('', options, optionNames);
  const { sources, logger, startTimeoutMs = 30_000, stopTimeoutMs = 10_000, concurrency = 64 } = options;
  const { onProblems = 'reject', tiers = [], policy = {}, signal } = options;
  const areSources = Array.isArray(sources) && sources.every((source) => typeof source?.discover === 'function');
  expectOption('sources', 'a list of plugin sources', sources, areSources);
  checkOthers(options);
  expectOption('startTimeoutMs', timeoutRule, startTimeoutMs, isTimeout(startTimeoutMs));
  expectOption('stopTimeoutMs', timeoutRule, stopTimeoutMs, isTimeout(stopTimeoutMs));
  expectOption('concurrency', 'a whole number above 0', concurrency, Number.isInteger(concurrency) && concurrency > 0);
  expectOption('onProblems', '"reject" or "skip"', onProblems, onProblems === 'reject' || onProblems === 'skip');
  return {
    sources,
    logger: guardLogger(logger),
    startTimeoutMs,
    stopTimeoutMs,
    concurrency,
    onProblems,
    restart: checkRestart(options.restart),
    tiers: tiersByName(tiers),
    policy: checkPolicy(policy),
    clone: options.clone === true,
    state: checkState(options.state),
    onConfigMigrated: options.onConfigMigrated,
    watch: checkWatch(options.watch),
    signal,
  };
}

function checkOthers({ logger, clone, onConfigMigrated, signal }: PluginHostOptions): void {
  const isLogger = logger === undefined || (typeof logger?.info === 'function' && typeof logger.error === 'function');
  expectOption('logger', 'an object with `info` and `error`', logger, isLogger);
  expectOption('clone', 'true or false', clone, clone === undefined || typeof clone === 'boolean');
  const isCalled = onConfigMigrated === undefined || typeof onConfigMigrated === 'function';
  expectOption('onConfigMigrated', 'a function', onConfigMigrated, isCalled);
  const isSignal = signal === undefined || typeof signal?.throwIfAborted === 'function';
  expectOption('signal', 'an AbortSignal', signal, isSignal);
}

const restartNames: OptionNames<RestartOptions> = { firstMs: true, maxMs: true, mostRestarts: true, stableMs: true };

function checkRestart(restart: RestartOptions = {}): RestartSettings {
  expectKnown('restart', restart, restartNames);
  const { firstMs = 1_000, maxMs = 60_000, mostRestarts = 5, stableMs = 60_000 } = restart;
  for (const [name, value] of Object.entries({ firstMs, maxMs, stableMs })) {
    expectOption(`restart.${name}`, timeoutRule, value, isTimeout(value));
  }
  const isCount = Number.isInteger(mostRestarts) && mostRestarts >= 0;
  expectOption('restart.mostRestarts', 'a whole number from 0', mostRestarts, isCount);
  return { firstMs, maxMs, mostRestarts, stableMs };
}

function checkState(state: StateStore = memoryState()): StateStore {
  const isStore = typeof state?.read === 'function' && typeof state.write === 'function';
  expectOption('state', 'a store with `read` and `write`', state, isStore);
  return state;
}

function checkWatch(watch: PluginHostOptions['watch'] = false): Settings['watch'] {
  if (watch === false) return undefined;
  const given = watch === true ? {} : watch;
  expectKnown<WatchOptions>('watch', given, { debounceMs: true });
  const { debounceMs = 100 } = given;
  expectOption('watch.debounceMs', timeoutRule, debounceMs, isTimeout(debounceMs));
  return { debounceMs };
}

function tiersByName(tiers: readonly Tier[]): ReadonlyMap<TierName, Tier> {
  expectOption('tiers', 'a list of tiers', tiers, Array.isArray(tiers));
  const names = tiers.map((tier) => tier?.name);
  for (const name of names) {
    expectOption('tiers', `tiers named ${tierNames.slice(1).join(', ')}`, name, isTierName(name) && name !== 'inline');
    const isAlone = names.filter((other) => other === name).length === 1;
    expectOption('tiers', 'one tier for each name', `${name} twice`, isAlone);
  }
  return new Map([inlineTier(), ...tiers].map((tier) => [tier.name, tier]));
}

/** What `createTrust` answers is a policy as it is. */
const policyNames: OptionNames<PluginPolicy & Trust> = {
  isolation: true,
  examiners: true,
  audit: true,
  resultOf: true,
};

function checkPolicy(policy: PluginPolicy): PluginPolicy {
  expectKnown('policy', policy, policyNames);
  const { isolation = 'inline', examiners = [], audit } = policy;
  const isPlace = typeof isolation === 'function' || isTierName(isolation);
  expectOption('policy.isolation', `a function, or one of ${tierNames.join(', ')}`, isolation, isPlace);
  const areExaminers = Array.isArray(examiners) && examiners.every((each) => typeof each?.examine === 'function');
  expectOption('policy.examiners', 'a list of examiners', examiners, areExaminers);
  const isTrail = audit === undefined || typeof audit?.record === 'function';
  expectOption('policy.audit', 'an object with a `record` method', audit, isTrail);
  return policy;
}

/** Binds fields to every line. */
export function boundLogger(logger: PluginLogger, bound: object): PluginLogger {
  return new BoundLogger(logger, bound);
}

class BoundLogger implements PluginLogger {
  readonly #logger: PluginLogger;
  readonly #bound: object;

  constructor(logger: PluginLogger, bound: object) {
    this.#logger = logger;
    this.#bound = bound;
  }

  info(fields: object, message: string): void {
    this.#logger.info({ ...fields, ...this.#bound }, message);
  }

  warn(fields: object, message: string): void {
    this.#logger.warn({ ...fields, ...this.#bound }, message);
  }

  error(fields: object, message: string): void {
    this.#logger.error({ ...fields, ...this.#bound }, message);
  }
}
