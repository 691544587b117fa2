import type * as NodeConfigUtil from 'config/lib/util.js';

/** What every side does: thirty keys in six groups, defaults, one JSON file, three variables. */
export interface Subject {
  readonly name: string;
  /** What one load guarantees. */
  readonly gives: string;
  /** What the peer cannot do of the common work. */
  readonly lacks?: string;
  /**
   * Imports the library and answers with functions that load the configuration and take one value from it. It refers to
   * nothing outside of itself: a new process runs its text.
   */
  readonly prepare: (folder: string) => Promise<Loads>;
  /** The most of the peer's time that ours may take. */
  readonly targets?: { readonly cold: number; readonly warm: number };
}

export interface Loads {
  /** Describes and loads. */
  readonly load: () => unknown;
  /** Loads what was described before, where the library can tell the two apart. */
  readonly loadAgain?: () => unknown;
}

export const ours: Subject = {
  name: '@seaworthy/config',
  gives:
    'types, ranges and unknown keys checked, all problems at once with line and column, source of each value, frozen',
  prepare: async (folder) => {
    const { boolean, defineConfig, env, file, int, port, string } = await import('@seaworthy/config');
    const group = () => ({
      host: string().default('localhost'),
      port: port().default(1),
      on: boolean().default(true),
      ms: int().default(1000),
      count: int().default(3),
    });
    const define = () => defineConfig({ a: group(), b: group(), c: group(), d: group(), e: group(), f: group() });
    const load = async (definition: ReturnType<typeof define>): Promise<unknown> => {
      const config = await definition.load([file(`${folder}/app.json`), env('APP')]);
      return config.value.a.port;
    };
    const again = define();
    return { load: async () => load(define()), loadAgain: async () => load(again) };
  },
};

interface ConvictConfig {
  loadFile(path: string): void;
  validate(options: { readonly allowed: 'strict' }): void;
  get(key: string): unknown;
}

const convict: Subject = {
  name: 'convict',
  gives: 'types and unknown keys checked, all problems at once',
  targets: { cold: 0.5, warm: 0.6 },
  prepare: async (folder) => {
    // By `require`, which is the quickest way to load it.
    const require = process.getBuiltinModule('node:module').createRequire(`${process.cwd()}/package.json`);
    const define: (shape: object) => ConvictConfig = require('convict');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const variable = (name: string, key: string): string => `APP_${name}_${key}`.toUpperCase();
    const group = (name: string): object => ({
      host: { format: String, default: 'localhost', env: variable(name, 'host') },
      port: { format: 'port', default: 1, env: variable(name, 'port') },
      on: { format: Boolean, default: true, env: variable(name, 'on') },
      ms: { format: 'int', default: 1000, env: variable(name, 'ms') },
      count: { format: 'int', default: 3, env: variable(name, 'count') },
    });
    const describe = (): ConvictConfig => define(Object.fromEntries(names.map((name) => [name, group(name)])));
    const load = (config: ConvictConfig): unknown => {
      config.loadFile(`${folder}/app.json`);
      config.validate({ allowed: 'strict' });
      return config.get('a.port');
    };
    const again = describe();
    return { load: () => load(describe()), loadAgain: () => load(again) };
  },
};

const nodeConfig: Subject = {
  name: 'node-config',
  gives: 'layers merged, source files known',
  lacks: 'it checks nothing',
  prepare: async (folder) => {
    const require = process.getBuiltinModule('node:module').createRequire(`${process.cwd()}/package.json`);
    const { Load }: typeof NodeConfigUtil = require('config/lib/util.js');
    const once = (): unknown => {
      const load = new Load({ configDir: `${folder}/node-config`, nodeEnv: ['development'] });
      load.scan();
      load.loadCustomEnvVars();
      return load.config['a'].port;
    };
    return { load: once };
  },
};

const c12: Subject = {
  name: 'c12',
  gives: 'defaults and a file merged',
  lacks: 'it checks nothing and binds no variables',
  prepare: async (folder) => {
    const { loadConfig } = await import('c12');
    const group = () => ({ host: 'localhost', port: 1, on: true, ms: 1000, count: 3 });
    const load = async (): Promise<unknown> => {
      const { config } = await loadConfig({
        cwd: folder,
        configFile: 'app.json',
        rcFile: false,
        globalRc: false,
        packageJson: false,
        dotenv: false,
        defaults: { a: group(), b: group(), c: group(), d: group(), e: group(), f: group() },
      });
      return config['a'].port;
    };
    return { load };
  },
};

const cosmiconfig: Subject = {
  name: 'cosmiconfig',
  gives: 'a file read',
  lacks: 'it has no defaults, checks nothing and binds no variables',
  prepare: async (folder) => {
    const { cosmiconfig: explore } = await import('cosmiconfig');
    const load = async (): Promise<unknown> => {
      const found = await explore('app', { cache: false }).load(`${folder}/app.json`);
      return found?.config.a.port;
    };
    return { load };
  },
};

const t3Env: Subject = {
  name: 't3-env',
  gives: 'variables checked by zod, all problems at once',
  lacks: 'it reads no files and groups nothing',
  prepare: async () => {
    const [{ createEnv }, { z }] = await Promise.all([import('@t3-oss/env-core'), import('zod')]);
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];
    const load = (): unknown => {
      const server = Object.fromEntries(
        names.flatMap((name) => [
          [`APP_${name}_HOST`, z.string().default('localhost')],
          [`APP_${name}_PORT`, z.coerce.number().int().min(0).max(65_535).default(1)],
          [`APP_${name}_ON`, z.stringbool().default(true)],
          [`APP_${name}_MS`, z.coerce.number().int().default(1000)],
          [`APP_${name}_COUNT`, z.coerce.number().int().default(3)],
        ]),
      );
      return Reflect.get(createEnv({ server, runtimeEnv: process.env }), 'APP_A_PORT');
    };
    return { load };
  },
};

export const peers: readonly Subject[] = [convict, nodeConfig, c12, cosmiconfig, t3Env];
