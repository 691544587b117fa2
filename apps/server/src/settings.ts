import {
  argv,
  boolean,
  defineConfig,
  detectEnvironment,
  dir,
  env,
  file,
  int,
  list,
  number,
  oneOf,
  path,
  port,
  secret,
  secretsDir,
  string,
  url,
  type BrokenRule,
  type Rule,
} from '@seaworthy/config';
import { isLoopback } from './http/listen.ts';
import { brokenDirectory, brokenProvider, brokenSearcher, identityShape } from './identity-settings.ts';
import { redisShape } from './limits/settings.ts';
import { brokenDatabase, brokenStorage, replicaShape, storageShape } from './storage-settings.ts';
import { grantPattern } from './modules/accounts/grants.ts';
import { areNetworks } from './modules/accounts/networks.ts';

/** A token travels in a header, where only these characters arrive as they were sent. */
const token = () => secret(string({ minLength: 16, pattern: /^[\x21-\x7e]+$/ }));
/** What a header value may hold once it is decoded: nothing else arrives as it was sent. */
const header = String.raw`\s*[\w-]+=(?:[\x20-\x24\x26-\x2b\x2d-\x7e]|%[2-6][\da-f]|%7[\da-e])*`;
const headerList = new RegExp(`^${header}(?:,${header})*$`, 'i');
const address = () => string({ pattern: /^\S+$/ });

const shape = {
  host: address().default('127.0.0.1').describe('Address to listen on; any but a loopback address needs a push token.'),
  port: port().optional().describe('Port to listen on; without it 8080 or the next free one.'),
  trustedProxies: list(string({ pattern: /^[\da-f.:]+\/\d{1,3}$/i }))
    .default([])
    .describe('Networks of the proxies in front, such as 10.0.0.0/8: their word is taken for the address that asks.'),
  pushToken: token()
    .optional()
    .describe('Reports are accepted only with this bearer token, or with one of an account.'),
  dataDir: dir({ writable: true, create: true }).default('.seaworthy/server').describe('Where the database is kept.'),
  database: {
    url: secret(string({ pattern: /^postgres(ql)?:\/\/\S+$/ }))
      .optional()
      .describe('A PostgreSQL that any number of servers share; without it everything is kept in the data folder.'),
    maxConnections: int({ min: 2, max: 1_000 })
      .default(10)
      .describe('The most connections that this server opens to it, beside one that listens.'),
    ...replicaShape,
  },
  ...redisShape,
  ...storageShape,
  reports: {
    defaultVisibility: oneOf(['public', 'internal', 'private'])
      .default('public')
      .describe('Who sees the reports of a project that is new: everybody, every account, or its members.'),
    perMinute: int({ min: 1, max: 10_000_000 })
      .default(600)
      .describe('How many reports an address, and an account, may send within a minute.'),
  },
  bodyLimitBytes: int({ min: 1_024, max: 268_435_456 }).default(16_777_216).describe('The largest report, in bytes.'),
  flagsFile: path({ exists: true }).optional().describe("Feature flags in flagd's format; read again when it changes."),
  flags: {
    url: secret(string({ pattern: /^(https?|rediss?|postgres|postgresql):\/\/\S+$/ }))
      .optional()
      .describe('Takes the flags from there instead of from a file: an address of http, https, redis or postgres.'),
    protocol: oneOf(['document', 'events', 'ofrep'])
      .default('document')
      .describe('What an http address has: a document to poll, one with events beside it, or a server of OFREP.'),
    token: token().optional().describe('Sent to an http address as a bearer token.'),
    set: string({ pattern: /^\S+$/ })
      .default('seaworthy-server:flags')
      .describe('The key in Redis, or the set in PostgreSQL.'),
    admins: list(string({ pattern: /^[a-z\d][a-z\d_.-]{0,63}$/ }))
      .default([])
      .describe('The same as name=flag-admin in roles.'),
    pollMs: int({ min: 100, max: 86_400_000 })
      .default(30_000)
      .describe('How often an address is asked even if nothing was announced, in milliseconds.'),
  },
  ofrep: {
    enabled: boolean().default(false).describe('Serves the flags to other programs, under /ofrep/v1.'),
    token: token().optional().describe('The flags are served only with this bearer token.'),
    streams: int({ min: 0, max: 1_000_000 })
      .default(1_000)
      .describe('The most event streams of flags at one time; 0 for none.'),
    streamsPerAddress: int({ min: 1, max: 1_000_000 })
      .default(50)
      .describe('The most of them that one address may have.'),
  },
  schemas: {
    enabled: boolean()
      .default(true)
      .describe('Serves schemas to clients of a schema registry, under /schema-registry.'),
  },
  registry: {
    enabled: boolean().default(true).describe('Serves packages to npm, under /npm.'),
    url: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('Where clients reach the registry, such as https://packages.example.com/npm; else where they ask.'),
    readers: oneOf(['everyone', 'accounts'])
      .default('everyone')
      .describe('Who may install: everyone who reaches the server, or accounts only.'),
    registration: oneOf(['open', 'closed'])
      .optional()
      .describe(
        'Whether "npm adduser" makes accounts; without it only while the server listens on a loopback address.',
      ),
    archiveLimitBytes: int({ min: 1_024, max: 2_147_483_648 })
      .default(104_857_600)
      .describe('The largest archive of a package, in bytes.'),
    tokenDays: int({ min: 1, max: 3_650 }).default(90).describe('How long a token is good, in days.'),
    loginsPerMinute: int({ min: 1, max: 100_000 })
      .default(10)
      .describe('How often an account, and an address, may try to log in.'),
  },
  ...identityShape,
  admins: list(string({ pattern: /^[a-z\d][a-z\d_.-]{0,63}$/ }))
    .default([])
    .describe('The same as name=admin in roles.'),
  roles: list(string({ pattern: grantPattern }))
    .default([])
    .describe(
      'Who is what, whatever else they were given, such as ada=admin,grace=flag-admin; with a flag-admin the flags are kept in the database.',
    ),
  shortTokens: {
    minutes: int({ min: 1, max: 1_440 }).default(15).describe('How long a short token (JWT) is good, in minutes.'),
    keyDays: int({ min: 1, max: 3_650 }).default(30).describe('How long a key signs short tokens, in days.'),
  },
  marketplace: {
    readsPerMinute: int({ min: 1, max: 10_000_000 })
      .default(1_200)
      .describe('How often an address may ask the API of the marketplace.'),
    writesPerMinute: int({ min: 1, max: 10_000_000 })
      .default(60)
      .describe('How often an address may change something through it.'),
  },
  downloads: {
    keepMonths: int({ min: 1, max: 1_200 })
      .optional()
      .describe('How many months before this one downloads are kept by day; without it all, and sums always.'),
  },
  live: {
    listeners: int({ min: 0, max: 1_000_000 })
      .default(1_000)
      .describe('The most WebSockets that may listen for new reports at one time; 0 for none.'),
    listenersPerAddress: int({ min: 1, max: 1_000_000 })
      .default(50)
      .describe('The most of them that one address may have.'),
  },
  log: {
    level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
      .default('info')
      .describe('The lowest level that is written.'),
  },
  management: {
    host: address()
      .default('127.0.0.1')
      .describe('Address of the management port; any but a loopback address needs a management token.'),
    port: port().optional().describe('Management port; without it 9090 or the next free one.'),
    token: token().optional().describe('Needed to see values and to change anything through the management port.'),
    worker: boolean()
      .default(false)
      .describe('Serves the management port from a thread of its own, which answers while the main thread is stuck.'),
  },
  telemetry: {
    endpoint: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('The OTLP collector that metrics and spans are pushed to, such as http://localhost:4318.'),
    headers: secret(string({ pattern: headerList }))
      .optional()
      .describe('Headers for the collector, such as api-key=1234,x-team=shop; values are percent-encoded.'),
    protocol: oneOf(['http/protobuf', 'http/json']).default('http/protobuf').describe('How exports are encoded.'),
    temporality: oneOf(['cumulative', 'delta'])
      .default('cumulative')
      .describe('delta is what Datadog wants, cumulative what Prometheus wants.'),
    intervalMs: int({ min: 100, max: 3_600_000 })
      .default(60_000)
      .describe('The time between two exports of metrics, in milliseconds.'),
    traceRatio: number({ min: 0, max: 1 })
      .default(1)
      .describe('Share of the traces that begin here and are sampled; those of a caller follow the caller.'),
  },
  shutdown: {
    lameDuckMs: int({ min: 0, max: 60_000 })
      .default(0)
      .describe('How long to go on listening after SIGTERM, in milliseconds.'),
    idle: oneOf(['patient', 'prompt'])
      .default('patient')
      .describe('patient waits for idle connections until their keep-alive time is over; prompt ends them at once.'),
    graceMs: int({ min: 100, max: 600_000 })
      .default(25_000)
      .describe('The longest that a shutdown takes, the last export included, in milliseconds.'),
  },
};

export type ServerConfig = Awaited<ReturnType<typeof loadSettings>>;
export type Settings = ServerConfig['value'];

export interface SettingsInput {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
  /** Where relative paths start. @default the working directory */
  readonly cwd?: string;
}

/**
 * Reads the settings, the strongest last: defaults, a file, variables `SEAWORTHY_…` and `PORT`, flags.
 * The file is what `SEAWORTHY_CONFIG` names, or `seaworthy-server.json` if it is there; stronger than it are the files in the
 * folder that `SEAWORTHY_SECRETS_DIR` names, one for each value.
 *
 * @throws ConfigErrors.INVALID with every problem and its source
 */
export async function loadSettings({ variables, args, cwd }: SettingsInput) {
  const { PORT, SEAWORTHY_CONFIG: named, SEAWORTHY_SECRETS_DIR: mounted, ...others } = variables;
  const sources = [
    named === undefined || named === '' ? file('seaworthy-server.json', { optional: true }) : file(named),
    ...(mounted === undefined || mounted === '' ? [] : [secretsDir(mounted, { optional: false })]),
    // The convention of every platform that starts a web process.
    env('', { variables: { PORT } }),
    env('SEAWORTHY', { variables: others }),
    argv(args),
  ];
  const environment = detectEnvironment({ env: variables });
  return defineConfig(shape, { env: environment, node: '>=22.18', rules }).load(
    sources,
    cwd === undefined ? {} : { cwd },
  );
}

/** What no single setting can tell. */
const rules: readonly Rule<typeof shape>[] = [
  (get) => needsToken('server', get('host'), get('pushToken'), 'SEAWORTHY_PUSH_TOKEN', 'host'),
  (get) =>
    needsToken(
      'management port',
      get('management.host'),
      get('management.token'),
      'SEAWORTHY_MANAGEMENT_TOKEN',
      'management.host',
    ),
  (get) =>
    get('ofrep.enabled')
      ? needsToken('OFREP endpoint', get('host'), get('ofrep.token'), 'SEAWORTHY_OFREP_TOKEN', 'host')
      : undefined,
  (get) => {
    if (areNetworks(get('trustedProxies'))) return undefined;
    const message =
      'a network of the proxies is not like 10.0.0.0/8 or 2001:db8::/32. Correct SEAWORTHY_TRUSTED_PROXIES.';
    return { key: 'trustedProxies', message };
  },
  (get) => {
    const [flagsFile, place] = [get('flagsFile'), get('flags.url')];
    if (flagsFile === undefined || place === undefined) return undefined;
    const message = `the flags come from the file ${flagsFile} and from an address. Set SEAWORTHY_FLAGS_FILE or SEAWORTHY_FLAGS_URL, not both.`;
    return { key: 'flagsFile', message };
  },
  (get) => {
    if (!get('roles').some((each) => each.endsWith('=flag-admin')) && get('flags.admins').length === 0)
      return undefined;
    if (get('flagsFile') === undefined && get('flags.url') === undefined) return undefined;
    const message =
      'the flags come from elsewhere, so nobody can change them here. Name no flag-admin in SEAWORTHY_ROLES or SEAWORTHY_FLAGS_ADMINS, or leave out SEAWORTHY_FLAGS_FILE and SEAWORTHY_FLAGS_URL.';
    return { key: 'flags.admins', message };
  },
  (get) =>
    brokenStorage(get('storage.url'), get('database.url'), [
      get('storage.accessKeyId'),
      get('storage.secretAccessKey'),
    ]),
  (get) => brokenDatabase(get('database.url'), get('database.directUrl'), get('database.readUrl')),
  (get) => brokenProvider(get('openid.issuer'), get('openid.clientId')),
  (get) => brokenDirectory(get('ldap.url'), get('ldap.base'), get('ldap.startTls')),
  (get) => brokenSearcher(get('ldap.bindDn'), get('ldap.bindPassword')),
  (get) => {
    const [graceMs, lameDuckMs] = [get('shutdown.graceMs'), get('shutdown.lameDuckMs')];
    if (lameDuckMs < graceMs) return undefined;
    const message = `a shutdown may take ${graceMs} ms, but listens on for ${lameDuckMs} ms of them. Set SEAWORTHY_SHUTDOWN_GRACE_MS above SEAWORTHY_SHUTDOWN_LAME_DUCK_MS.`;
    return { key: 'shutdown.graceMs', message };
  },
];

function needsToken(
  part: string,
  host: string,
  given: unknown,
  variable: string,
  key: 'host' | 'management.host',
): BrokenRule<typeof shape> | undefined {
  if (isLoopback(host) || given !== undefined) return undefined;
  const message = `the ${part} would listen on ${host}, which others can reach, without a token. Set ${variable}, or listen on 127.0.0.1.`;
  return { key, message };
}
