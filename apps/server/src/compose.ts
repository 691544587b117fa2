// Longer than 300 lines: the whole wiring stands in one place.
// The server, wired by hand; read it from top to bottom. Everything starts in the order of `after` and stops in the
// reverse: requests first, then modules, flags and the database, then management, so that probes are answered during the
// start and to the end of the drain. Telemetry and the log are no part of that: they end when it is over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reporter, type Reporter } from '@seaworthy/errors';
import { createFlags, type Flags, type FlagSource } from '@seaworthy/flags';
import {
  createLifecycle,
  degraded,
  type Lifecycle,
  type LifecycleOptions,
  type StopReport,
} from '@seaworthy/lifecycle';
import { auditLog, context, createLogger, levels, stdout, type Logger, type Sink } from '@seaworthy/logger';
import {
  recentErrors,
  startManagement,
  type Management,
  type ManagementOptions,
  type RecentErrors,
} from '@seaworthy/management';
import { createPluginHost, inline, type PluginEntry, type PluginHost } from '@seaworthy/plugins';
import { createResilience, type Resilience } from '@seaworthy/resilience';
import { createRegistry } from '@seaworthy/schema-registry';
import {
  activeTrace,
  countErrors,
  measureEveryFastify,
  measureHttp,
  measureHttpClient,
  packageChannels,
  startTelemetry,
  type HttpMeasurements,
  type Telemetry,
} from '@seaworthy/telemetry/node';
import { createAdminModules } from './admin.ts';
import { addRegistryFiles } from './archives.ts';
import { addAudit } from './audit.ts';
import { breakersCheck, logBreakers } from './breakers.ts';
import { createEnding, keptForLast, type LastPart } from './ending.ts';
import { createServerFactors } from './factors.ts';
import { auditFlags } from './flags/audit.ts';
import { closeFlags } from './flags/close.ts';
import { bundledFlags, flagSource } from './flags/source.ts';
import { createHttp, type Http, type HttpOptions } from './http/app.ts';
import { isLoopback, listen, listenOnFree } from './http/listen.ts';
import { httpModules } from './http/module.ts';
import { createIdentity, createServerDirectory, grantsOf, type Identity } from './identity.ts';
import { pathOf } from './http/problems.ts';
import { createJobBoard, type JobBoard } from './jobs.ts';
import { addLimits } from './limits/add.ts';
import type { Limits } from './limits/limits.ts';
import { addLive, type Live } from './live.ts';
import { metrics } from './metrics.ts';
import { apiDocument } from './modules/api/document.ts';
import { createAccountChangeStore } from './modules/accounts/changes-store.ts';
import { createIdentityStore } from './modules/accounts/identities.ts';
import { withinOneOf } from './modules/accounts/networks.ts';
import {
  createAccounts,
  type Accounts,
  type AuditTrail,
  type LoginLimit,
  type PasswordDirectory,
  type SecondProof,
} from './modules/accounts/service.ts';
import { createShortTokens, type ShortTokens } from './modules/accounts/short-tokens.ts';
import { createSigningKeys } from './modules/accounts/signing-keys.ts';
import { createAccountStore } from './modules/accounts/store.ts';
import { createEntitlements, type Entitlements } from './modules/entitlements/service.ts';
import { createEntitlementTokens, publishedMs } from './modules/entitlements/tokens.ts';
import { createFlagAdministration, keepFirstFlags, storedFlags } from './modules/flags/administration.ts';
import { flagsModule } from './modules/flags/module.ts';
import { createFlagStore } from './modules/flags/store.ts';
import type { Visitors } from './modules/identity/visitors.ts';
import { addDownloads, createDownloads } from './modules/marketplace/downloads.ts';
import { arrangeRegularly } from './modules/marketplace/download-months.ts';
import { refreshListing } from './modules/marketplace/listing.ts';
import { marketplaceModule } from './modules/marketplace/module.ts';
import { createMarketStore } from './modules/marketplace/store.ts';
import { ofrepModule } from './modules/ofrep/module.ts';
import { registryModule } from './modules/registry/module.ts';
import type { RegistryFiles } from './modules/registry/open.ts';
import { createCallers } from './modules/registry/requests.ts';
import { createRegistryStore } from './modules/registry/store.ts';
import { reportSubject } from './modules/reports/contract.ts';
import { reportsModule } from './modules/reports/module.ts';
import { findReportIn } from './modules/reports/of-version.ts';
import type { ReportDecoder } from './modules/reports/service.ts';
import { createReportStore } from './modules/reports/store.ts';
import { createSchemaLog } from './modules/schemas/log.ts';
import { schemasModule } from './modules/schemas/module.ts';
import type { SecondFactors } from './modules/second-factor/service.ts';
import type { ServedSchemas } from './modules/schemas/served.ts';
import { webModule } from './modules/web/module.ts';
import { addDatabaseChecks, askerOf, replicasOf, tellingVisitors, tellingWho } from './replicas.ts';
import { createReportParts, type ReportParts } from './reports.ts';
import type { ServerConfig, Settings } from './settings.ts';
import { slot, type Slot } from './slot.ts';
import { createAskers } from './storage/askers.ts';
import { openDatabase, type Database } from './storage/database.ts';
import { holdFolder } from './storage/hold.ts';
import type { NoticeListener, Notices } from './storage/notices.ts';
import { storePipelines, type StorePipelines } from './storage/pipeline.ts';
import { openPostgres, type PostgresOptions } from './storage/postgres.ts';
import { sharedText } from './storage/secrets.ts';
import { otlpOf } from './telemetry.ts';

export interface ServerOptions {
  /** Where records go. @default standard output */
  readonly sinks?: readonly Sink[];
  /** Signals that stop the process; `[]` for none. @default SIGTERM and SIGINT */
  readonly signals?: readonly string[];
  /** Called with the exit code when a server that had started has ended, whoever stopped it. @default process.exit */
  readonly exit?: (code: number) => void;
}

export interface Server {
  /** Where the pages are; known once started. */
  readonly url: string;
  readonly managementUrl: string;
  /** What it serves, as `GET /reports/:id`. */
  readonly routes: readonly string[];
  readonly life: Lifecycle;
  /** Resolves when everything has stopped, telemetry and the log too; never rejects. */
  readonly ended: Promise<StopReport>;
  readonly logger: Logger;
}

const appDir = join(import.meta.dirname, '..');

/** Wires everything and starts it. Rejects with a coded error, and with nothing left open, when a part cannot start. */
export async function startServer(config: ServerConfig, options: ServerOptions = {}): Promise<Server> {
  const { graceMs } = config.value.shutdown;
  const { signals = ['SIGTERM', 'SIGINT'], exit = (code) => process.exit(code) } = options;
  const instruments = await startInstruments(config.value, options);
  const { logger } = instruments;
  const ending = createEnding({ graceMs, signals, exit, logger });
  let wired: Wired;
  try {
    wired = wire(config, { signals, exit: ending.exit }, instruments);
  } catch (error) {
    await ending.now(lastParts(instruments));
    throw error;
  }
  const { life, url, management, requests, routes } = wired;
  const ended = ending.after(life, lastParts(instruments, requests));
  try {
    await life.start();
    logger.info({ url: url.value, management: management.value.url }, 'server started');
    return { url: url.value, managementUrl: management.value.url, routes: routes.value, life, ended, logger };
  } catch (error) {
    await life.stop('start-failed');
    await ended;
    throw error;
  }
}

interface Instruments {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly outgoing: Disposable;
  /** Where problems are reported to, and what management shows of them. */
  readonly problems: Reporter;
  readonly recent: RecentErrors;
}

/** What watches all other parts, and so ends after them. */
async function startInstruments(settings: Settings, { sinks = [stdout()] }: ServerOptions): Promise<Instruments> {
  const { level } = settings.log;
  const base = { service: 'seaworthy-server' };
  const logger = createLogger({ name: 'server', level, sinks, base, activeSpan: activeTrace });
  const otlp = otlpOf(settings);
  const telemetry = await startTelemetry({
    service: 'seaworthy-server',
    channels: packageChannels(),
    // Spans are made without a collector too: their ids join records, errors and exemplars.
    traces: { ratio: settings.telemetry.traceRatio },
    // Its end has a place of its own, after the lifecycle.
    exportAtExit: false,
    ...(otlp && { otlp }),
    onError: (error) => logger.warn({ err: error }, 'telemetry has lost something'),
  });
  // What the server asks of others: flags from an address, and the collector.
  const outgoing = measureHttpClient();
  const recent = recentErrors();
  // Each one is counted; what a client sent a thousand times is a thousand problems.
  const problems = reporter({
    sinks: [recent, countErrors()],
    dedupe: { windowMs: 0 },
    rateLimit: { perMinute: 60_000 },
  });
  return { logger, telemetry, outgoing, problems, recent };
}

/** Each one may have something to tell to those after it. */
function lastParts({ problems, outgoing, telemetry, logger }: Instruments, requests?: Disposable): readonly LastPart[] {
  return [
    { name: 'problems', close: () => problems.close() },
    {
      name: 'telemetry',
      async close() {
        requests?.[Symbol.dispose]();
        outgoing[Symbol.dispose]();
        await telemetry.close();
      },
    },
    { name: 'log', close: (signal) => logger.close({ signal }) },
  ];
}

interface Wired {
  readonly life: Lifecycle;
  readonly url: Slot<string>;
  readonly management: Slot<Management>;
  readonly routes: Slot<readonly string[]>;
  readonly requests: HttpMeasurements;
}

function wire(
  config: ServerConfig,
  options: Pick<LifecycleOptions, 'signals' | 'exit'>,
  { logger, telemetry, problems, recent }: Instruments,
): Wired {
  const { value: settings } = config;
  const { idle, lameDuckMs } = settings.shutdown;
  const graceMs = settings.shutdown.graceMs - keptForLast(settings.shutdown);
  const life = createLifecycle({ graceMs, lameDuckMs, logger, ...options });
  const registry = createRegistry([reportSubject]);
  addHold(life, settings);
  const askers = createAskers();
  const database = addDatabase(life, settings, replicasOf(settings, { askers, logger }));
  const resilience = addResilience(life, logger);
  const makePipeline: Resilience['pipeline'] = (name, options) => resilience.pipeline(name, options);
  const pipelines: StorePipelines = {
    ...storePipelines(makePipeline, () => database.value.synced()),
    replicas: () => database.value.replicas,
  };
  const flags = addFlags(life, settings, { database, pipelines, logger });
  const limits = addLimits(life, settings, logger);
  // Management is asked before there are any.
  let served: ServedSchemas | undefined;
  const audit = addAudit(life, settings.dataDir, logger);
  const jobs = createJobBoard();
  const files = addRegistryFiles(life, settings, { database, pipelines, resilience, logger, jobs });
  const http = addHttp({
    logger,
    bodyLimitBytes: settings.bodyLimitBytes,
    isProxy: settings.trustedProxies.length === 0 ? undefined : withinOneOf(settings.trustedProxies),
    withContext: (fields, next, request) =>
      context.run(fields, () => (settings.database.readUrl ? askers.run(askerOf(request), next) : next())),
    onProblem: (problem) => problems.report(problem),
  });
  const live = addLive(life, settings, { logger, takeUpgrade: http.takeUpgrade });
  const routes = slot<readonly string[]>('routes');
  const plugins = addPlugins(
    life,
    logger,
    http,
    () => {
      const { query, notices, replicas } = database.value;
      const parts = { settings, query, notices, pipelines, audit };
      const shortTokens = createServerShortTokens(parts);
      const limit = limits.value.logins;
      const directory = createServerDirectory(settings);
      const isKnown = (id: number): void => replicas?.isAccount(id);
      const { factors, tickets } = createServerFactors(parts);
      const own = { ...parts, limit, directory, secondProof: factors };
      const accounts = tellingWho(createServerAccounts(own, shortTokens), isKnown);
      const stored = { ...parts, accounts, factors };
      const entitlements = createServerEntitlements(stored, shortTokens);
      const sold = settings.registry.enabled ? entitlements : undefined;
      const identity = createIdentity({ ...stored, tickets, limits: limits.value, directory, entitlements: sold });
      const visitors = tellingVisitors(identity.visitors, isKnown);
      const reports = createReportParts({ ...stored, identity: { ...identity, visitors } });
      const asked = { identity, visitors, live, reports, limits: limits.value };
      return [
        ...createModules({ ...stored, ...asked, registry, flags: flags.value, stopping: life.signal }),
        live.moduleFor(reports.askers),
        identity.module,
        ...createAdminModules({ ...stored, ...asked, health: life.health, jobs }),
        createFlagsModule({ ...stored, flags: flags.value }),
        ...(settings.schemas.enabled
          ? [createSchemasModule({ ...stored, onServed: (schemas) => void (served = schemas) })]
          : []),
        ...(settings.registry.enabled
          ? createPackageModules({
              ...stored,
              ...files.value,
              limits: limits.value,
              shortTokens,
              logger,
              identity,
              entitlements,
              jobs,
            })
          : []),
      ];
    },
    (served) => void routes.fill(served),
  );
  const management = addManagement(life, settings, {
    lifecycle: life,
    loggers: levels,
    metrics: telemetry,
    config,
    flags: { list: () => flags.value.list() },
    plugins: { status: () => plugins.value.status() },
    schemas: {
      list: async () => [...registry.list(), ...((await served?.list()) ?? [])],
    },
    resilience,
    errors: recent,
    appDir,
    info: { app: { name: 'seaworthy-server' } },
    // Off by default: Node itself can crash when a thread ends that has looked into the main one.
    worker: settings.management.worker,
    logger,
  });
  const url = slot<string>('http');
  life.http('http', http.app.server, {
    idle,
    after: ['plugins'],
    start: async () => url.fill((await listen(http.app.server, settings)).url),
    stop: () => http.app.close(),
  });
  return { life, url, management, routes, requests: http.requests };
}

/** Everything that writes into the data folder starts after it. */
function addHold(life: Lifecycle, { dataDir }: Settings): void {
  const hold = slot<Disposable>('data folder');
  life.add('data folder', {
    after: ['management'],
    start: async ({ signal }) => void hold.fill(await holdFolder(dataDir, { signal })),
    stop: () => hold.value[Symbol.dispose](),
  });
}

function addDatabase(
  life: Lifecycle,
  { dataDir, database: shared }: Settings,
  replicas: PostgresOptions['replicas'],
): Slot<Database> {
  const database = slot<Database>('database');
  life.add('database', {
    after: ['data folder'],
    async start({ signal }) {
      const { url, maxConnections } = shared;
      const directUrl = shared.directUrl?.reveal();
      database.fill(
        url === undefined
          ? await openDatabase(join(dataDir, 'server.sqlite'))
          : await openPostgres(url.reveal(), { directUrl, maxConnections, signal, replicas }),
      );
    },
    stop: () => database.value.close(),
  });
  addDatabaseChecks(life, database, shared);
  const isHeard = (): boolean => database.value.notices.isHeard;
  const unheard = 'changes of other instances are not heard: nothing is remembered';
  life.health.add('notices', () => (isHeard() ? {} : degraded(unheard)), { groups: ['ready'], ttlMs: 0 });
  return database;
}

/** A file is there at the next start too; flags from elsewhere are kept in case they are not. */
function addFlags(
  life: Lifecycle,
  settings: Settings,
  { database, pipelines, logger }: { database: Slot<Database>; pipelines: StorePipelines; logger: Logger },
): Slot<Flags> {
  const { dataDir } = settings;
  const flags = slot<Flags>('flags');
  const audit = slot<AsyncDisposable>('flags audit');
  const lastKnownGood = settings.flags.url === undefined ? {} : { lastKnownGood: join(dataDir, 'flags.json') };
  const isKeptHere = grantsOf(settings).haveFlagAdmins;
  const openSource = async (): Promise<FlagSource> => {
    if (!isKeptHere) return flagSource(settings);
    const store = createFlagStore(database.value.query, pipelines);
    await keepFirstFlags(store, readFileSync(bundledFlags, 'utf8'));
    return storedFlags(store);
  };
  life.add('flags', {
    after: isKeptHere ? ['database', 'resilience'] : ['data folder'],
    async start({ signal }) {
      const opened = await createFlags({ source: await openSource(), ...lastKnownGood, logger, signal });
      try {
        const log = auditLog({ path: join(dataDir, 'flags-audit.log') });
        const failed = (error: unknown) => logger.error({ err: error }, 'a change of flags was not recorded');
        audit.fill(auditFlags(opened, log, failed));
        flags.fill(opened);
      } catch (error) {
        // What did not start is not stopped by the lifecycle, and a connection to a store keeps the process.
        await closeFlags(opened, logger);
        throw error;
      }
    },
    stop: () => closeFlags(flags.value, logger, audit.value),
  });
  return flags;
}

/** Not under the lifecycle's signal: requests that are still being answered during the drain need the store. */
function addResilience(life: Lifecycle, logger: Logger): Resilience {
  const resilience = createResilience();
  let undo: Disposable | undefined;
  life.add('resilience', {
    after: ['management'],
    start: () => void (undo = logBreakers(logger)),
    async stop() {
      undo?.[Symbol.dispose]();
      await resilience.close();
    },
  });
  // Looks at numbers in memory, and is right only now: a breaker that is open lets calls through a second later.
  life.health.add('breakers', breakersCheck(resilience), { groups: ['ready'], ttlMs: 0 });
  return resilience;
}

function addPlugins(
  life: Lifecycle,
  logger: Logger,
  http: Http,
  modules: () => readonly PluginEntry[],
  onRoutes: (routes: readonly string[]) => void,
): Slot<PluginHost> {
  const plugins = slot<PluginHost>('plugins');
  life.add('plugins', {
    after: ['database', 'flags', 'limits', 'resilience', 'audit', 'archives'],
    async start({ signal }) {
      const host = plugins.fill(await createPluginHost({ sources: [inline(modules())], logger, signal }));
      try {
        await host.start();
        const modules = host.contributions(httpModules).map((contribution) => contribution.value);
        const document = apiDocument(modules);
        await http.mount([document, ...modules]);
        onRoutes(document.routes());
      } catch (error) {
        // What did not start is not stopped by the lifecycle.
        await host.close();
        throw error;
      }
    },
    stop: () => plugins.value.close(),
  });
  return plugins;
}

interface MeasuredHttp extends Http {
  readonly requests: HttpMeasurements;
}

/** The application, with its requests measured, traced and logged by route. */
function addHttp(options: Omit<HttpOptions, 'runRequest' | 'onQuickRoute'>): MeasuredHttp {
  // The management port has a server of its own, and measures it itself.
  const requests: HttpMeasurements = measureHttp({
    servers: (server) => server === http.app.server,
    path: ({ url = '' }) => pathOf(url),
  });
  const every = measureEveryFastify(requests);
  const http = createHttp({ ...options, runRequest: requests.run, onQuickRoute: requests.setRoute });
  every[Symbol.dispose]();
  return { ...http, requests };
}

interface StoreParts {
  readonly settings: Settings;
  readonly query: Database['query'];
  readonly notices: Notices;
  readonly pipelines: StorePipelines;
}

interface ModuleParts extends AuditedParts {
  readonly registry: ReportDecoder;
  readonly flags: Flags;
  readonly stopping: AbortSignal;
  readonly identity: Identity;
  readonly visitors: Visitors;
  readonly live: Live;
  readonly reports: ReportParts;
  readonly limits: Limits;
}

function createModules(parts: ModuleParts): readonly PluginEntry[] {
  const { settings, registry, flags, stopping, identity, visitors, live, reports, limits, audit, notices } = parts;
  live.follow({ ...reports, notices });
  return [
    reportsModule({
      ...reports,
      registry,
      audit,
      limits,
      onReceived({ id, created }) {
        metrics['seaworthy.server.reports'].add(1, { outcome: created ? 'created' : 'repeated' });
        if (created) live.stored(id);
      },
    }),
    ...(settings.ofrep.enabled
      ? [
          ofrepModule({
            handle: flags.ofrep(),
            token: settings.ofrep.token?.reveal(),
            stopping,
            streams: { limit: settings.ofrep.streams, limitPerAddress: settings.ofrep.streamsPerAddress },
          }),
        ]
      : []),
    webModule({
      isTrendShown: (project) => flags.value('project-trend', { targetingKey: project }) === true,
      links: [
        { label: 'Flags', href: '/flags' },
        ...(areSchemasShown(settings) ? [{ label: 'Schemas', href: '/schemas' }] : []),
        { label: 'API', href: '/reference' },
        { label: 'Status', href: '/status' },
      ],
      hasMarket: settings.registry.enabled,
      everyoneReads: settings.registry.readers === 'everyone',
      publicUrl: publicUrlOf(settings),
      visitors,
      askers: reports.askers,
      sharing: { rights: reports.rights, visitors, forms: identity.forms, audit },
    }),
  ];
}

/** A browser sends no token, so its pages are for those who may read without one. */
function areSchemasShown({ schemas, registry }: Settings): boolean {
  return schemas.enabled && registry.readers === 'everyone';
}

interface AuditedParts extends StoreParts {
  readonly audit: AuditTrail;
}

function createServerShortTokens({ settings, query, pipelines }: StoreParts): ShortTokens {
  const { dataDir, database, shortTokens } = settings;
  const [tokenMs, now] = [shortTokens.minutes * 60_000, Date.now];
  const shared = database.url && sharedText(query, pipelines, 'token keys');
  const path = join(dataDir, 'token-keys.json');
  // Entitlements are signed by the same keys, and are good for longer.
  const longest = Math.max(tokenMs, publishedMs);
  const keys = createSigningKeys({ path, shared, keyDays: shortTokens.keyDays, tokenMs: longest, now });
  return createShortTokens({ keys, tokenMs, now });
}

interface SignInParts {
  readonly secondProof: SecondProof;
  /** One for passwords of all kinds and for logins of npm. */
  readonly limit: LoginLimit;
  readonly directory: PasswordDirectory | undefined;
}

/** One for all modules: they share what is limited and remembered of accounts. */
function createServerAccounts(
  { settings, query, notices, pipelines, audit, limit, directory, secondProof }: AuditedParts & SignInParts,
  shortTokens: ShortTokens,
): Accounts {
  const { registration, tokenDays } = settings.registry;
  const grants = grantsOf(settings);
  return createAccounts({
    store: createAccountStore(query, pipelines),
    changes: createAccountChangeStore(query, pipelines),
    identities: createIdentityStore(query, pipelines),
    audit,
    limit,
    directory,
    secondProof,
    isOpen: (registration ?? (makesAccounts(settings) ? 'open' : 'closed')) === 'open',
    tokenDays,
    grants,
    shortTokens,
    notices,
  });
}

/** Where others say who people are, nobody else takes the names of theirs. */
function makesAccounts({ host, openid, ldap }: Settings): boolean {
  return isLoopback(host) && openid.issuer === undefined && ldap.url === undefined;
}

interface AccountParts extends AuditedParts {
  readonly accounts: Accounts;
}

function createServerEntitlements(
  { query, pipelines, audit, accounts }: AccountParts,
  { keys }: ShortTokens,
): Entitlements {
  const [store, tokens] = [createMarketStore(query, pipelines), createEntitlementTokens(keys)];
  return createEntitlements({ store, accounts, audit, tokens });
}

function createFlagsModule({
  settings,
  query,
  notices,
  pipelines,
  audit,
  accounts,
  flags,
}: AccountParts & { readonly flags: Flags }): PluginEntry {
  if (!grantsOf(settings).haveFlagAdmins) return flagsModule({ flags });
  const store = createFlagStore(query, pipelines);
  const administration = createFlagAdministration({ store, audit, reload: () => flags.reload() });
  notices.subscribe(reloading(flags));
  return flagsModule({ flags, changes: { administration, accounts, audit } });
}

/** What another instance has changed is in use here too. What fails is logged by the flags, and tried again with the next change. */
function reloading(flags: Flags): NoticeListener {
  const reload = (): void => void flags.reload().catch(() => undefined);
  return { changed: (topic) => void (topic === 'flags' && reload()), missed: reload };
}

function createSchemasModule({
  settings,
  query,
  pipelines,
  audit,
  accounts,
  onServed,
}: AccountParts & { readonly onServed: (schemas: ServedSchemas) => void }): PluginEntry {
  return schemasModule({
    log: createSchemaLog(query, pipelines, { audit }),
    audit,
    accounts,
    everyoneReads: settings.registry.readers === 'everyone',
    onServed,
  });
}

interface PackageParts extends AccountParts, RegistryFiles {
  readonly factors: SecondFactors;
  readonly limits: Limits;
  readonly shortTokens: ShortTokens;
  readonly logger: Logger;
  readonly identity: Identity;
  readonly entitlements: Entitlements;
  readonly jobs: JobBoard;
}

/** The registry for npm, and the marketplace over it. */
function createPackageModules(parts: PackageParts): readonly PluginEntry[] {
  const { settings, query, notices, pipelines, audit, accounts, limits, shortTokens, logger, blobs, key, identity } =
    parts;
  const { entitlements, jobs, factors } = parts;
  const { readers, archiveLimitBytes } = settings.registry;
  const everyoneReads = readers === 'everyone';
  const store = createMarketStore(query, pipelines);
  const written = jobs.watch('downloads that are counted');
  const downloads = createDownloads({
    write: (counts) => written(() => store.write((db) => addDownloads(db, counts))),
    onLost: (error, lost) => logger.warn({ err: error, lost }, 'downloads could not be written'),
  });
  const registry = registryModule({
    accounts,
    audit,
    blobs,
    key,
    notices,
    store: createRegistryStore(query, pipelines, refreshListing),
    limits: { documentBytes: settings.bodyLimitBytes, archiveBytes: archiveLimitBytes },
    everyoneReads,
    publicUrl: publicUrlOf(settings),
    onPublished: () => metrics['seaworthy.server.publications'].add(1),
    onDownloaded: downloads.count,
    covers: entitlements.covers,
    factors,
    more: identity.npmRoutes,
  });
  const marketplace = marketplaceModule({
    store,
    accounts,
    callers: createCallers({ accounts, everyoneReads, factors, isEachChange: true }),
    audit,
    downloads,
    jobs: arrangeRegularly(query, {
      keepMonths: settings.downloads.keepMonths,
      logger,
      watch: jobs.watch('months of downloads'),
    }),
    watchChecks: jobs.watch('checks of certifications'),
    entitlements,
    logger,
    isShared: settings.database.url !== undefined,
    limits,
    publishedKeys: () => shortTokens.keys.published(),
    findReport: findReportIn(createReportStore(query)),
  });
  return [registry, marketplace];
}

function publicUrlOf({ registry: { url } }: Settings): string | undefined {
  return url?.replace(/\/+$/, '');
}

function addManagement(life: Lifecycle, settings: Settings, contributors: ManagementOptions): Slot<Management> {
  const { host, port, token } = settings.management;
  const management = slot<Management>('management');
  const start = (candidate: number): Promise<Management> =>
    startManagement({ ...contributors, host, port: candidate, ...(token === undefined ? {} : { token }) });
  life.add('management', {
    start: async () => management.fill(port === undefined ? await listenOnFree(9090, host, start) : await start(port)),
    stop: () => management.value.close(),
  });
  return management;
}
