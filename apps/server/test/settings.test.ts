import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigErrors } from '@seaworthy/config';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings, type Settings, type SettingsInput } from '../src/settings.ts';
import { otlpOf } from '../src/telemetry.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-settings-'));
  writeFileSync(join(folder, 'flags.json'), '{"flags":{}}');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const load = ({ variables = {}, args = [] }: Partial<SettingsInput>) => loadSettings({ variables, args, cwd: folder });
const secret = 'a-token-for-this-test';

test('without settings it is open to this machine only, on ports that are free', async () => {
  const { value } = await load({});
  expect(value).toMatchObject({
    host: '127.0.0.1',
    dataDir: join(folder, '.seaworthy/server'),
    bodyLimitBytes: 16_777_216,
    log: { level: 'info' },
    management: { host: '127.0.0.1' },
    shutdown: { lameDuckMs: 0, idle: 'patient', graceMs: 25_000 },
  });
  expect([value.port, value.pushToken, value.flagsFile]).toEqual([undefined, undefined, undefined]);
  expect([value.management.port, value.management.token]).toEqual([undefined, undefined]);
});

test('the environment is what the given variables say, and no others of the process', async () => {
  const named = async (variables: SettingsInput['variables']) => (await load({ variables })).environment.name;
  expect(await named({ NODE_ENV: 'production' })).toBe('production');
  expect(await named({})).toBe('development');
});

// Every row of the table in docs/guides/run-the-server.md.
const settings: readonly {
  variable: string;
  flag?: string;
  text: string;
  read: (value: Settings) => unknown;
  is: (folder: string) => unknown;
}[] = [
  { variable: 'PORT', text: '8123', read: ({ port }) => port, is: () => 8123 },
  { variable: 'SEAWORTHY_PORT', flag: 'port', text: '8123', read: ({ port }) => port, is: () => 8123 },
  { variable: 'SEAWORTHY_HOST', flag: 'host', text: '::1', read: ({ host }) => host, is: () => '::1' },
  {
    variable: 'SEAWORTHY_DATABASE_URL',
    flag: 'database-url',
    text: 'postgres://ada:secret@db.internal/app',
    read: ({ database }) => database.url?.reveal(),
    is: () => 'postgres://ada:secret@db.internal/app',
  },
  {
    variable: 'SEAWORTHY_REDIS_URL',
    flag: 'redis-url',
    text: 'rediss://ada:secret@cache.internal:6380/2',
    read: ({ redis }) => redis.url?.reveal(),
    is: () => 'rediss://ada:secret@cache.internal:6380/2',
  },
  {
    variable: 'SEAWORTHY_REDIS_PREFIX',
    text: 'staging:',
    read: ({ redis }) => redis.prefix,
    is: () => 'staging:',
  },
  {
    variable: 'SEAWORTHY_TRUSTED_PROXIES',
    flag: 'trusted-proxies',
    text: '10.0.0.0/8,2001:db8::/32',
    read: ({ trustedProxies }) => trustedProxies.join(' and '),
    is: () => '10.0.0.0/8 and 2001:db8::/32',
  },
  {
    variable: 'SEAWORTHY_DOWNLOADS_KEEP_MONTHS',
    flag: 'downloads-keep-months',
    text: '24',
    read: ({ downloads }) => downloads.keepMonths,
    is: () => 24,
  },
  {
    variable: 'SEAWORTHY_DATABASE_READ_MAX_LAG_MS',
    flag: 'database-read-max-lag-ms',
    text: '2500',
    read: ({ database }) => database.readMaxLagMs,
    is: () => 2_500,
  },
  {
    variable: 'SEAWORTHY_DATABASE_MAX_CONNECTIONS',
    flag: 'database-max-connections',
    text: '25',
    read: ({ database }) => database.maxConnections,
    is: () => 25,
  },
  {
    variable: 'SEAWORTHY_PUSH_TOKEN',
    text: secret,
    read: ({ pushToken }) => pushToken?.reveal(),
    is: () => secret,
  },
  {
    variable: 'SEAWORTHY_DATA_DIR',
    flag: 'data-dir',
    text: 'elsewhere',
    read: ({ dataDir }) => dataDir,
    is: (cwd) => join(cwd, 'elsewhere'),
  },
  {
    variable: 'SEAWORTHY_BODY_LIMIT_BYTES',
    text: '2048',
    read: ({ bodyLimitBytes }) => bodyLimitBytes,
    is: () => 2048,
  },
  {
    variable: 'SEAWORTHY_REGISTRY_ENABLED',
    flag: 'registry-enabled',
    text: 'false',
    read: ({ registry }) => registry.enabled,
    is: () => false,
  },
  {
    variable: 'SEAWORTHY_REGISTRY_URL',
    flag: 'registry-url',
    text: 'https://packages.example.com/npm',
    read: ({ registry }) => registry.url,
    is: () => 'https://packages.example.com/npm',
  },
  {
    variable: 'SEAWORTHY_REGISTRY_READERS',
    flag: 'registry-readers',
    text: 'accounts',
    read: ({ registry }) => registry.readers,
    is: () => 'accounts',
  },
  {
    variable: 'SEAWORTHY_REGISTRY_REGISTRATION',
    flag: 'registry-registration',
    text: 'closed',
    read: ({ registry }) => registry.registration,
    is: () => 'closed',
  },
  {
    variable: 'SEAWORTHY_REGISTRY_ARCHIVE_LIMIT_BYTES',
    flag: 'registry-archive-limit-bytes',
    text: '2048',
    read: ({ registry }) => registry.archiveLimitBytes,
    is: () => 2048,
  },
  {
    variable: 'SEAWORTHY_REGISTRY_TOKEN_DAYS',
    flag: 'registry-token-days',
    text: '7',
    read: ({ registry }) => registry.tokenDays,
    is: () => 7,
  },
  {
    variable: 'SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE',
    flag: 'registry-logins-per-minute',
    text: '5',
    read: ({ registry }) => registry.loginsPerMinute,
    is: () => 5,
  },
  {
    variable: 'SEAWORTHY_ADMINS',
    text: 'ada,grace',
    read: ({ admins }) => admins,
    is: () => ['ada', 'grace'],
  },
  {
    variable: 'SEAWORTHY_SHORT_TOKENS_MINUTES',
    flag: 'short-tokens-minutes',
    text: '5',
    read: ({ shortTokens }) => shortTokens.minutes,
    is: () => 5,
  },
  {
    variable: 'SEAWORTHY_SHORT_TOKENS_KEY_DAYS',
    flag: 'short-tokens-key-days',
    text: '9',
    read: ({ shortTokens }) => shortTokens.keyDays,
    is: () => 9,
  },
  {
    variable: 'SEAWORTHY_MARKETPLACE_READS_PER_MINUTE',
    flag: 'marketplace-reads-per-minute',
    text: '7',
    read: ({ marketplace }) => marketplace.readsPerMinute,
    is: () => 7,
  },
  {
    variable: 'SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE',
    flag: 'marketplace-writes-per-minute',
    text: '8',
    read: ({ marketplace }) => marketplace.writesPerMinute,
    is: () => 8,
  },
  {
    variable: 'SEAWORTHY_REPORTS_PER_MINUTE',
    flag: 'reports-per-minute',
    text: '9',
    read: ({ reports }) => reports.perMinute,
    is: () => 9,
  },
  {
    variable: 'SEAWORTHY_OFREP_STREAMS',
    flag: 'ofrep-streams',
    text: '11',
    read: ({ ofrep }) => ofrep.streams,
    is: () => 11,
  },
  {
    variable: 'SEAWORTHY_OFREP_STREAMS_PER_ADDRESS',
    flag: 'ofrep-streams-per-address',
    text: '12',
    read: ({ ofrep }) => ofrep.streamsPerAddress,
    is: () => 12,
  },
  {
    variable: 'SEAWORTHY_LOG_LEVEL',
    flag: 'log-level',
    text: 'trace',
    read: ({ log }) => log.level,
    is: () => 'trace',
  },
  {
    variable: 'SEAWORTHY_FLAGS_FILE',
    text: 'flags.json',
    read: ({ flagsFile }) => flagsFile,
    is: (cwd) => join(cwd, 'flags.json'),
  },
  {
    variable: 'SEAWORTHY_FLAGS_URL',
    text: 'redis://cache:6379',
    read: ({ flags }) => flags.url?.reveal(),
    is: () => 'redis://cache:6379',
  },
  {
    variable: 'SEAWORTHY_FLAGS_PROTOCOL',
    flag: 'flags-protocol',
    text: 'ofrep',
    read: ({ flags }) => flags.protocol,
    is: () => 'ofrep',
  },
  { variable: 'SEAWORTHY_FLAGS_TOKEN', text: secret, read: ({ flags }) => flags.token?.reveal(), is: () => secret },
  {
    variable: 'SEAWORTHY_FLAGS_SET',
    flag: 'flags-set',
    text: 'desk',
    read: ({ flags }) => flags.set,
    is: () => 'desk',
  },
  { variable: 'SEAWORTHY_FLAGS_POLL_MS', text: '500', read: ({ flags }) => flags.pollMs, is: () => 500 },
  {
    variable: 'SEAWORTHY_FLAGS_ADMINS',
    text: 'ada,bob',
    read: ({ flags }) => flags.admins.join(' and '),
    is: () => 'ada and bob',
  },
  {
    variable: 'SEAWORTHY_SCHEMAS_ENABLED',
    text: 'false',
    read: ({ schemas }) => schemas.enabled,
    is: () => false,
  },
  { variable: 'SEAWORTHY_OFREP_ENABLED', text: 'true', read: ({ ofrep }) => ofrep.enabled, is: () => true },
  { variable: 'SEAWORTHY_OFREP_TOKEN', text: secret, read: ({ ofrep }) => ofrep.token?.reveal(), is: () => secret },
  { variable: 'SEAWORTHY_MANAGEMENT_PORT', text: '9123', read: ({ management }) => management.port, is: () => 9123 },
  {
    variable: 'SEAWORTHY_MANAGEMENT_HOST',
    text: '127.0.0.2',
    read: ({ management }) => management.host,
    is: () => '127.0.0.2',
  },
  {
    variable: 'SEAWORTHY_MANAGEMENT_TOKEN',
    text: secret,
    read: ({ management }) => management.token?.reveal(),
    is: () => secret,
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_ENDPOINT',
    text: 'http://collector:4318',
    read: (value) => otlpOf(value)?.endpoint,
    is: () => 'http://collector:4318',
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_PROTOCOL',
    text: 'http/json',
    read: ({ telemetry }) => telemetry.protocol,
    is: () => 'http/json',
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_TEMPORALITY',
    text: 'delta',
    read: ({ telemetry }) => telemetry.temporality,
    is: () => 'delta',
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_INTERVAL_MS',
    text: '500',
    read: ({ telemetry }) => telemetry.intervalMs,
    is: () => 500,
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_TRACE_RATIO',
    text: '0.25',
    read: ({ telemetry }) => telemetry.traceRatio,
    is: () => 0.25,
  },
  {
    variable: 'SEAWORTHY_TELEMETRY_HEADERS',
    text: 'api-key=a%2Cb, x-team=shop',
    read: ({ telemetry }) => telemetry.headers?.reveal(),
    is: () => 'api-key=a%2Cb, x-team=shop',
  },
  {
    variable: 'SEAWORTHY_SHUTDOWN_LAME_DUCK_MS',
    text: '5000',
    read: ({ shutdown }) => shutdown.lameDuckMs,
    is: () => 5000,
  },
  {
    variable: 'SEAWORTHY_SHUTDOWN_IDLE',
    flag: 'shutdown-idle',
    text: 'prompt',
    read: ({ shutdown }) => shutdown.idle,
    is: () => 'prompt',
  },
  {
    variable: 'SEAWORTHY_MANAGEMENT_WORKER',
    text: 'true',
    read: ({ management }) => management.worker,
    is: () => true,
  },
  { variable: 'SEAWORTHY_SHUTDOWN_GRACE_MS', text: '900', read: ({ shutdown }) => shutdown.graceMs, is: () => 900 },
];

test('a network of proxies that there cannot be is refused by its name', async () => {
  const variables = { SEAWORTHY_TRUSTED_PROXIES: '10.0.0.0/8,10.0.0.0/33' };
  await expect(load({ variables })).rejects.toThrow('SEAWORTHY_TRUSTED_PROXIES');
});

test('without an endpoint nothing is pushed; with one the headers are decoded and everything else has its default', async () => {
  const pushed = async (variables: Record<string, string>) => otlpOf((await load({ variables })).value);
  expect(await pushed({ SEAWORTHY_TELEMETRY_HEADERS: 'api-key=1' })).toBeUndefined();
  const variables = {
    SEAWORTHY_TELEMETRY_ENDPOINT: 'https://collector',
    SEAWORTHY_TELEMETRY_HEADERS: 'api-key=a%2Cb=, x-team=shop',
  };
  expect(await pushed(variables)).toEqual({
    endpoint: 'https://collector',
    headers: { 'api-key': 'a,b=', 'x-team': 'shop' },
    protocol: 'http/protobuf',
    temporality: 'cumulative',
    intervalMs: 60_000,
  });
});

for (const { variable, text, read, is } of settings) {
  test(`${variable} is read`, async () => {
    expect(read((await load({ variables: { [variable]: text } })).value)).toEqual(is(folder));
  });
}

/** One wrong value for each; those of secrets hold the words `short-secret`, which no message may show. */
const wrong: Readonly<Record<string, string>> = {
  SEAWORTHY_DATABASE_URL: 'mysql://ada:secret@db.internal/app',
  SEAWORTHY_REDIS_URL: 'http://short-secret@cache.internal',
  SEAWORTHY_REDIS_PREFIX: 'two words',
  SEAWORTHY_TRUSTED_PROXIES: 'the balancer',
  SEAWORTHY_DATABASE_READ_MAX_LAG_MS: '99',
  SEAWORTHY_DOWNLOADS_KEEP_MONTHS: '0',
  SEAWORTHY_DATABASE_MAX_CONNECTIONS: '1',
  PORT: 'x',
  SEAWORTHY_PORT: '-1',
  SEAWORTHY_HOST: 'a b',
  SEAWORTHY_PUSH_TOKEN: 'short-secret',
  SEAWORTHY_DATA_DIR: 'flags.json',
  SEAWORTHY_BODY_LIMIT_BYTES: '1',
  SEAWORTHY_REGISTRY_ENABLED: 'maybe',
  SEAWORTHY_REGISTRY_URL: 'ftp://packages.example.com',
  SEAWORTHY_REGISTRY_READERS: 'nobody',
  SEAWORTHY_REGISTRY_REGISTRATION: 'ajar',
  SEAWORTHY_REGISTRY_ARCHIVE_LIMIT_BYTES: '1',
  SEAWORTHY_REGISTRY_TOKEN_DAYS: '0',
  SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '0',
  SEAWORTHY_ADMINS: 'Ada',
  SEAWORTHY_SHORT_TOKENS_MINUTES: '0',
  SEAWORTHY_SHORT_TOKENS_KEY_DAYS: '0',
  SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '0',
  SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '0',
  SEAWORTHY_REPORTS_PER_MINUTE: '0',
  SEAWORTHY_LOG_LEVEL: 'loud',
  SEAWORTHY_FLAGS_FILE: 'no.json',
  SEAWORTHY_FLAGS_URL: 'ftp://user:short-secret@cache',
  SEAWORTHY_FLAGS_PROTOCOL: 'grpc',
  SEAWORTHY_FLAGS_TOKEN: 'short-secret',
  SEAWORTHY_FLAGS_SET: 'a b',
  SEAWORTHY_FLAGS_POLL_MS: '1',
  SEAWORTHY_FLAGS_ADMINS: 'Ada Lovelace',
  SEAWORTHY_SCHEMAS_ENABLED: 'maybe',
  SEAWORTHY_OFREP_ENABLED: 'maybe',
  SEAWORTHY_OFREP_STREAMS: '-1',
  SEAWORTHY_OFREP_STREAMS_PER_ADDRESS: '0',
  SEAWORTHY_OFREP_TOKEN: 'short-secret',
  SEAWORTHY_MANAGEMENT_PORT: '70000',
  SEAWORTHY_MANAGEMENT_HOST: 'a b',
  SEAWORTHY_MANAGEMENT_TOKEN: 'short-secret',
  SEAWORTHY_MANAGEMENT_WORKER: 'maybe',
  SEAWORTHY_TELEMETRY_ENDPOINT: 'collector:4318',
  SEAWORTHY_TELEMETRY_PROTOCOL: 'grpc',
  SEAWORTHY_TELEMETRY_TEMPORALITY: 'both',
  SEAWORTHY_TELEMETRY_INTERVAL_MS: '1.5',
  SEAWORTHY_TELEMETRY_TRACE_RATIO: '2',
  SEAWORTHY_TELEMETRY_HEADERS: 'api-key=%AA',
  SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: '-1',
  SEAWORTHY_SHUTDOWN_IDLE: 'never',
  SEAWORTHY_SHUTDOWN_GRACE_MS: '1',
};

for (const { variable } of settings) {
  test(`a wrong ${variable} is named with its source, its value and what was expected`, async () => {
    const text = wrong[variable] ?? '';
    const failure = await load({ variables: { [variable]: text } }).catch((error: unknown) => error);
    expect(ConfigErrors.INVALID.is(failure)).toBe(true);
    const isSecret = text.includes('secret') || text.includes('api-key');
    expect(String(failure)).toMatch(/ has 1 problem:\n +- [\w.]+: expected .+, got .+\. \(env:\w+\)/);
    expect(String(failure)).toContain(isSecret ? 'got [redacted]' : `got "${text}"`);
    expect(String(failure)).toContain(`(env:${variable})`);
    expect(String(failure)).not.toMatch(/short-secret|api-key/);
  });
}

test.each(['%AA', '%0a', '%C3%A9', 'é', '%2', '%'])(
  'headers that decode to what no header may hold are refused at the start, not at each export: %j',
  async (value) => {
    const refused = load({ variables: { SEAWORTHY_TELEMETRY_HEADERS: `a=1,api-key=${value}` } });
    await expect(refused).rejects.toThrow('env:SEAWORTHY_TELEMETRY_HEADERS');
  },
);

for (const { flag, text, read, is } of settings.filter((setting) => setting.flag !== undefined)) {
  test(`--${flag} is read`, async () => {
    expect(read((await load({ args: [`--${flag}`, text] })).value)).toBe(is(folder));
  });
}

test('a flag is stronger than a variable, SEAWORTHY_PORT than PORT, and a variable than the file', async () => {
  writeFileSync(join(folder, 'seaworthy-server.json'), '{"port":1,"log":{"level":"warn"}}');
  const port = async (input: Partial<SettingsInput>) => (await load(input)).value.port;
  expect(await port({})).toBe(1);
  expect(await port({ variables: { PORT: '2' } })).toBe(2);
  expect(await port({ variables: { PORT: '2', SEAWORTHY_PORT: '3' } })).toBe(3);
  expect(await port({ variables: { PORT: '2', SEAWORTHY_PORT: '3' }, args: ['--port=4'] })).toBe(4);
});

test('SEAWORTHY_CONFIG names the file, which must be there then', async () => {
  writeFileSync(join(folder, 'prod.json'), '{"log":{"level":"warn"}}');
  expect((await load({ variables: { SEAWORTHY_CONFIG: 'prod.json' } })).value.log.level).toBe('warn');
  const missing = load({ variables: { SEAWORTHY_CONFIG: 'nowhere.json' } });
  await expect(missing).rejects.toThrow(/nowhere\.json/);
});

test('every problem is told with its source, also the line of the file', async () => {
  writeFileSync(join(folder, 'seaworthy-server.json'), '{\n  "bodyLimitBytes": 1,\n  "logs": {}\n}');
  const variables = {
    PORT: '70000',
    SEAWORTHY_SHUTDWN_IDLE: 'prompt',
    SEAWORTHY_MANAGEMENT_TOKEN: 'a b c d e f g h i',
    SEAWORTHY_HOST: '0.0.0.0',
    SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: '25000',
  };
  const failure = await load({ variables, args: ['--log-level=loud', '--help'] }).catch((error: unknown) => error);
  expect(ConfigErrors.INVALID.is(failure)).toBe(true);
  const message = String(failure);
  for (const part of [
    'seaworthy-server.json:2:21',
    'seaworthy-server.json:3:3',
    'env:PORT',
    'Did you mean SEAWORTHY_SHUTDOWN_IDLE?',
    'env:SEAWORTHY_MANAGEMENT_TOKEN',
    'argv:--log-level',
    'argv:--help',
    'host: the server would listen on 0.0.0.0, which others can reach, without a token.',
    'Set SEAWORTHY_SHUTDOWN_GRACE_MS above SEAWORTHY_SHUTDOWN_LAME_DUCK_MS.',
  ]) {
    expect(message).toContain(part);
  }
  expect(message).not.toContain('a b c d');
});

const addresses = ['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.999'];
for (const host of addresses) {
  test(`${host} needs a push token`, async () => {
    const variables = { SEAWORTHY_HOST: host };
    await expect(load({ variables })).rejects.toThrow('Set SEAWORTHY_PUSH_TOKEN');
    expect((await load({ variables: { ...variables, SEAWORTHY_PUSH_TOKEN: secret } })).value.host).toBe(host);
  });
  test(`a management port on ${host} needs a management token`, async () => {
    const variables = { SEAWORTHY_MANAGEMENT_HOST: host, SEAWORTHY_PUSH_TOKEN: secret };
    await expect(load({ variables })).rejects.toThrow('Set SEAWORTHY_MANAGEMENT_TOKEN');
    const { value } = await load({ variables: { ...variables, SEAWORTHY_MANAGEMENT_TOKEN: secret } });
    expect(value.management.host).toBe(host);
  });
}

test('flags come from one place', async () => {
  const variables = { SEAWORTHY_FLAGS_FILE: 'flags.json', SEAWORTHY_FLAGS_URL: 'https://flags.example.com/flags.json' };
  await expect(load({ variables })).rejects.toThrow('Set SEAWORTHY_FLAGS_FILE or SEAWORTHY_FLAGS_URL, not both.');
  await expect(load({ variables: { SEAWORTHY_FLAGS_URL: 'ftp://flags.example.com' } })).rejects.toThrow('FLAGS_URL');
});

test('flags that come from elsewhere are not changed here', async () => {
  const variables = { SEAWORTHY_FLAGS_ADMINS: 'ada', SEAWORTHY_FLAGS_URL: 'https://flags.example.com/flags.json' };
  await expect(load({ variables })).rejects.toThrow('nobody can change them here');
  await expect(load({ variables: { SEAWORTHY_FLAGS_ADMINS: 'A B' } })).rejects.toThrow('FLAGS_ADMINS');
});

test('flags that others can reach need a token', async () => {
  const variables = { SEAWORTHY_HOST: '0.0.0.0', SEAWORTHY_PUSH_TOKEN: secret, SEAWORTHY_OFREP_ENABLED: 'true' };
  await expect(load({ variables })).rejects.toThrow('Set SEAWORTHY_OFREP_TOKEN');
  const { value } = await load({ variables: { ...variables, SEAWORTHY_OFREP_TOKEN: secret } });
  expect(value.ofrep.enabled).toBe(true);
});

test('a shutdown must be allowed to take longer than it goes on listening', async () => {
  const variables = { SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: '25000' };
  await expect(load({ variables })).rejects.toThrow('Set SEAWORTHY_SHUTDOWN_GRACE_MS above');
  const longer = { ...variables, SEAWORTHY_SHUTDOWN_GRACE_MS: '25001' };
  expect((await load({ variables: longer })).value.shutdown.graceMs).toBe(25_001);
});

test('variables of the command line and of a Kubernetes service are no mistakes', async () => {
  const variables = {
    SEAWORTHY_PUSH_URL: 'http://127.0.0.1:8080',
    SEAWORTHY_SERVICE_HOST: '10.0.0.1',
    SEAWORTHY_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
  };
  expect((await load({ variables })).value.host).toBe('127.0.0.1');
});
