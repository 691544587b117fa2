import { node } from './node.ts';
import { expectObject, expectOptions, expectText } from './options.ts';

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
const testVariables = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'];

// Each is documented by its vendor as set in every build. Most set CI too; these are for those that do not, or did not.
const ciVariables = [
  'APPVEYOR',
  'BITBUCKET_COMMIT',
  'BITRISE_IO',
  'BUDDY_WORKSPACE_ID',
  'BUILDKITE',
  'CF_BUILD_ID',
  'CIRCLECI',
  'CIRRUS_CI',
  'CM_BUILD_ID',
  'CODEBUILD_BUILD_ARN',
  'DRONE',
  'EAS_BUILD',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'GO_PIPELINE_LABEL',
  'HARNESS_BUILD_ID',
  'JENKINS_URL',
  'NETLIFY',
  'NOW_BUILDER',
  'PROW_JOB_ID',
  'SCREWDRIVER',
  'SEMAPHORE',
  'TEAMCITY_VERSION',
  'TF_BUILD',
  'TRAVIS',
  'VELA',
  'bamboo_planKey',
];
const serverlessVariables = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'CLOUD_RUN_JOB',
  'CONTAINER_APP_NAME',
  'FC_FUNCTION_NAME',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTION_TARGET',
  'GAE_SERVICE',
  'K_SERVICE',
  'VERCEL',
];
// `container` is what systemd, podman and lxc agreed on; what runs on Knative, Cloud Run and Azure Container Apps is one.
const containerVariables = [
  'CLOUD_RUN_JOB',
  'CONTAINER_APP_NAME',
  'ECS_CONTAINER_METADATA_URI',
  'ECS_CONTAINER_METADATA_URI_V4',
  'K_SERVICE',
  'container',
];
const containerFiles = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Finds out where the program runs, from variables and well-known files. @throws seaworthy.config.BAD_OPTION */
export function detectEnvironment(options: DetectOptions = {}): Environment {
  expectOptions<DetectOptions>(options, { name: true, production: true, env: true, exists: true });
  const { env = process.env, exists = fileExists } = options;
  expectObject('env', env);
  if (options.name !== undefined) expectText('name', options.name);
  const nodeEnv = env['NODE_ENV'];
  return new DetectedEnvironment(nameOf(options, nodeEnv, env), nodeEnv, env, exists);
}

const fileExists = (path: string): boolean => node.fs.existsSync(path);

/**
 * Places are looked for only when somebody asks: few want to know, and variables and files are slow. A class, because V8
 * makes a new hidden class for every object literal with getters, and keeps it, with all they can see, until a full
 * collection.
 */
class DetectedEnvironment implements Environment {
  readonly name: string;
  readonly production: boolean;
  readonly test: boolean;
  readonly node: string;
  readonly nodeEnv: string | undefined;
  readonly #env: Variables;
  readonly #exists: (path: string) => boolean;
  #known: Map<Place, boolean> | undefined;

  constructor(name: string, nodeEnv: string | undefined, env: Variables, exists: (path: string) => boolean) {
    this.name = name;
    this.production = name === 'production';
    this.test = name === 'test';
    this.node = process.versions.node;
    this.nodeEnv = nodeEnv;
    this.#env = env;
    this.#exists = exists;
    Object.freeze(this);
  }

  get ci(): boolean {
    return this.#is('ci');
  }

  get container(): boolean {
    return this.#is('container');
  }

  get kubernetes(): boolean {
    return this.#is('kubernetes');
  }

  get serverless(): boolean {
    return this.#is('serverless');
  }

  toJSON(): Environment {
    const { name, production, test, ci, container, kubernetes, serverless, nodeEnv } = this;
    return { name, production, test, ci, container, kubernetes, serverless, node: this.node, nodeEnv };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): Environment {
    return this.toJSON();
  }

  #is(place: Place): boolean {
    const known = (this.#known ??= new Map<Place, boolean>());
    const found = known.get(place) ?? places[place]((name) => truthy(this.#env[name]), this.#exists, this.#env);
    known.set(place, found);
    return found;
  }
}

type Place = 'ci' | 'container' | 'kubernetes' | 'serverless';
type Look = (isSet: (name: string) => boolean, exists: (path: string) => boolean, env: Variables) => boolean;

const inKubernetes = (isSet: (name: string) => boolean, exists: (path: string) => boolean): boolean =>
  isSet('KUBERNETES_SERVICE_HOST') || exists(serviceAccount);

const places: Readonly<Record<Place, Look>> = {
  ci: (isSet, _exists, env) => !isRefused(env['CI']) && (isSet('CI') || ciVariables.some(isSet)),
  kubernetes: inKubernetes,
  container: (isSet, exists) =>
    containerVariables.some(isSet) || containerFiles.some((file) => exists(file)) || inKubernetes(isSet, exists),
  serverless: (isSet) => serverlessVariables.some(isSet),
};

function nameOf({ name, production }: DetectOptions, nodeEnv: string | undefined, env: Variables): string {
  if (production === true) return 'production';
  const given = (name ?? nodeEnv ?? '').trim().toLowerCase();
  if (given !== '') return aliases[given] ?? given;
  return testVariables.some((variable) => truthy(env[variable])) ? 'test' : 'development';
}

function truthy(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !isRefused(value);
}

/** `CI=false` says that this is none, whatever else is set. */
function isRefused(value: string | undefined): boolean {
  return value !== undefined && ['0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

/** True where nobody but developers is served. */
export function isLocal({ name }: Pick<Environment, 'name'>): boolean {
  return name === 'development' || name === 'test';
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

/** Log level, log format, error detail and experimental flags that suit an environment. @throws seaworthy.config.BAD_OPTION */
export function environmentSettings(environment: Environment): EnvironmentSettings {
  expectObject('environment', environment);
  const local = isLocal(environment);
  return Object.freeze({
    logLevel: local ? 'debug' : 'info',
    prettyLogs: environment.name === 'development' && !environment.ci && !environment.container,
    errorDetail: local,
    experimentalFlags: !environment.production,
  });
}
