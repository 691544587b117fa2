import { node } from './node.ts';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where and how the program runs. */
export interface Environment {
  /** `development`, `test`, `staging`, `production`, or the name NODE_ENV gives. */
  readonly name: string;
  readonly production: boolean;
  readonly test: boolean;
  readonly ci: boolean;
  readonly container: boolean;
  readonly kubernetes: boolean;
  readonly serverless: boolean;
  /** The version of Node, such as `24.21.0`. */
  readonly node: string;
  /** NODE_ENV as it is set, which third-party libraries read. */
  readonly nodeEnv: string | undefined;
}

export interface DetectOptions {
  /** Names the environment, whatever NODE_ENV says. */
  readonly name?: string;
  /** Forces production mode, as a `--production` flag does. */
  readonly production?: boolean;
  /** @default process.env */
  readonly env?: Variables;
  /** Tells whether a file exists. @default existsSync */
  readonly exists?: (path: string) => boolean;
}

const aliases: Variables = { prod: 'production', dev: 'development', stage: 'staging', testing: 'test' };
const ciVariables = ['GITHUB_ACTIONS', 'GITLAB_CI', 'BUILDKITE', 'JENKINS_URL', 'TF_BUILD', 'TEAMCITY_VERSION'];
const testVariables = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'];
const serverlessVariables = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTION_TARGET',
  'K_SERVICE',
  'VERCEL',
  'NETLIFY',
];
const containerFiles = ['/.dockerenv', '/run/.containerenv'];

/** Finds out where the program runs, from variables and well-known files. */
export function detectEnvironment(options: DetectOptions = {}): Environment {
  const { env = process.env, exists = (path: string) => node.fs.existsSync(path) } = options;
  const isSet = (name: string): boolean => truthy(env[name]);
  const name = nameOf(options, env);
  let container: boolean | undefined;
  const kubernetes = isSet('KUBERNETES_SERVICE_HOST');
  return Object.freeze({
    name,
    production: name === 'production',
    test: name === 'test',
    ci: isSet('CI') || ciVariables.some(isSet),
    // Looked for only when somebody asks: the file system is slow, and few want to know.
    get container() {
      container ??= kubernetes || isSet('container') || containerFiles.some((file) => exists(file));
      return container;
    },
    kubernetes,
    serverless: serverlessVariables.some(isSet),
    node: process.versions.node,
    nodeEnv: env['NODE_ENV'],
  });
}

function nameOf({ name, production }: DetectOptions, env: Variables): string {
  if (production === true) return 'production';
  const given = (name ?? env['NODE_ENV'] ?? '').trim().toLowerCase();
  if (given !== '') return aliases[given] ?? given;
  return testVariables.some((variable) => truthy(env[variable])) ? 'test' : 'development';
}

function truthy(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

/** What an environment should adjust in an application. */
export interface EnvironmentSettings {
  readonly logLevel: 'info' | 'debug';
  /** Coloured lines for people instead of JSON for machines. */
  readonly prettyLogs: boolean;
  /** Whether answers to users may carry stacks and internal messages. */
  readonly errorDetail: boolean;
  /** Whether experimental feature flags may be on. */
  readonly experimentalFlags: boolean;
}

/** Log level, log format, error detail and experimental flags that suit an environment. */
export function environmentSettings(environment: Environment): EnvironmentSettings {
  const local = environment.name === 'development' || environment.name === 'test';
  return Object.freeze({
    logLevel: local ? 'debug' : 'info',
    prettyLogs: environment.name === 'development' && !environment.ci && !environment.container,
    errorDetail: local,
    experimentalFlags: !environment.production,
  });
}
