import { readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import {
  boolean,
  defineConfig,
  detectEnvironment,
  env,
  file,
  int,
  list,
  oneOf,
  provider,
  secret,
  string,
  url,
  type Definition,
  type Environment,
  type Source,
  type ValueOf,
} from '@seaworthy/config';
import { formats } from '../reporters/formats.ts';
import { isInRepository, locateConfig, settingsIn, type ConfigPlace } from './locate.ts';
import { ruleSettings } from './rule-settings.ts';

const failOn = ['error', 'warning', 'info', 'never'] as const;

/** What a header value may hold once it is decoded: nothing else arrives as it was sent. */
const header = String.raw`\s*[\w-]+=(?:[\x20-\x24\x26-\x2b\x2d-\x7e]|%[2-6][\da-f]|%7[\da-e])*`;
const headerList = new RegExp(`^${header}(?:,${header})*$`, 'i');

const shape = {
  project: string({ minLength: 1 }).optional().describe('The name of the project in reports.'),
  ignore: list().default([]).describe('Globs of files that are not audited, from the directory of this file.'),
  rules: ruleSettings,
  experimental: list().default([]).describe('Flags of experimental rules that are on, unless in production mode.'),
  failOn: oneOf(failOn).default('error').describe('The lowest severity that ends in exit code 1.'),
  format: oneOf(formats).default('pretty').describe('How the report is written.'),
  output: string({ minLength: 1 }).optional().describe('Writes the report to this file instead of standard output.'),
  baseline: string({ minLength: 1 })
    .optional()
    .describe('Findings in this file are known, and held back. A path from the directory of the config file.'),
  production: boolean().optional().describe('Strict: experimental rules are off, every file must be readable.'),
  ruleTimeoutMs: int({ min: 1, max: 3_600_000 }).default(10_000).describe('How long one rule may take.'),
  cache: boolean().default(false).describe('Looks again only at what has changed since the last run.'),
  timings: boolean().default(false).describe('Puts the duration into the report.'),
  push: {
    url: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('The server that reports are pushed to.'),
    // It travels in a header, where only these characters arrive as they were sent; `fetch` would print any other.
    token: secret(string({ minLength: 1, pattern: /^[\x21-\x7e]+$/ }))
      .optional()
      .describe('The bearer token for that server.'),
  },
  telemetry: {
    endpoint: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('The OTLP collector that metrics and spans of a run are sent to, such as http://localhost:4318.'),
    headers: secret(string({ pattern: headerList }))
      .optional()
      .describe('Headers for the collector, such as api-key=1234,x-team=shop; values are percent-encoded.'),
    protocol: oneOf(['http/protobuf', 'http/json']).default('http/protobuf').describe('How exports are encoded.'),
    timeoutMs: int({ min: 1, max: 60_000 })
      .default(2_000)
      .describe('How long the end of a run waits for the collector, in milliseconds.'),
  },
};

export type Settings = ValueOf<typeof shape>;

/** A flag as the user gave it, by the key of the setting it sets. */
export interface FlagValue {
  /** As it is written: `--fail-on`. */
  readonly flag: string;
  readonly value: string | boolean | readonly string[] | undefined;
}

export interface SettingsOptions {
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** Where the search for a config file begins, absolute. */
  readonly directory: string;
  /** A config file that is named instead of searched for. */
  readonly configFile?: string;
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Whether the strict mode is on: by flag, by setting, or by NODE_ENV. */
  readonly isProduction: boolean;
  /** The directory that the globs of `ignore` start from. */
  readonly directory: string;
  /** Where a setting came from. */
  readonly sourceOf: (key: string) => string;
  /** Whether a setting comes from a file of the project, which who runs the command may not have written. */
  readonly isOfProject: (key: string) => boolean;
}

/**
 * Reads the settings: flags, then environment, then the project's file, then defaults.
 *
 * @throws seaworthy.config.INVALID with every problem and its source
 */
export async function loadSettings(options: SettingsOptions): Promise<LoadedSettings> {
  const { directory, cwd, configFile, variables, signal } = options;
  const place = configFile === undefined ? await locateConfig(directory) : named(resolve(cwd, configFile));
  const sources = [...fileSources(place, cwd), env('SEAWORTHY', { variables }), flagSource(options.flags)];
  const config = await defineSettings(detectEnvironment({ env: variables })).load(sources, {
    cwd,
    ...(signal && { signal }),
  });
  const sourceOf = (key: string): string => config.explain(key).source;
  const isProjects = place !== undefined && (await isInRepository(place.path, directory));
  const isOfFile = (key: string): boolean => place !== undefined && isOf(relative(cwd, place.path), sourceOf(key));
  return {
    settings: {
      ...config.value,
      ...baselineFrom(config.value, isOfFile('baseline') ? place?.directory : undefined, cwd),
    },
    isProduction: config.value.production ?? config.environment.production,
    directory: place?.directory ?? directory,
    sourceOf,
    isOfProject: (key) => isProjects && isOfFile(key),
  };
}

/** What a config file names is found from there, like its globs, wherever one stands; the path is said from the current directory. */
function baselineFrom(
  { baseline }: Settings,
  directory: string | undefined,
  cwd: string,
): { readonly baseline?: string } {
  if (baseline === undefined || directory === undefined) return {};
  return { baseline: relative(cwd, resolve(directory, baseline)) || baseline };
}

/** The settings as they are declared, before any file or variable is read. */
export function defineSettings(environment?: Environment): Definition<typeof shape> {
  return defineConfig(shape, environment && { env: environment });
}

/** A source of a file is its name, alone or with a place in it. */
function isOf(name: string, source: string): boolean {
  return source === name || source.startsWith(`${name}:`) || source.startsWith(`${name}#`);
}

function named(path: string): ConfigPlace {
  const kind = basename(path) === 'package.json' ? 'manifest' : 'file';
  return { path, kind, directory: dirname(path) };
}

function fileSources(place: ConfigPlace | undefined, cwd: string): readonly Source[] {
  if (place === undefined) return [];
  const name = relative(cwd, place.path);
  if (place.kind === 'file') return [file(name)];
  return [
    provider(
      `${name}#seaworthy`,
      async (signal) => settingsIn(await readFile(place.path, { encoding: 'utf8', signal })) ?? {},
    ),
  ];
}

function flagSource(flags: SettingsOptions['flags']): Source {
  const given = Object.entries(flags).filter(([, { value }]) => value !== undefined);
  const values = new Map(
    given.map(([key, { flag, value }]) => [key, { raw: value, text: typeof value === 'string', source: () => flag }]),
  );
  return { name: 'flags', hint: (key) => flags[key]?.flag ?? key, read: () => ({ values, problems: [] }) };
}
