import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NpmOutcome {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything, as a person sees it. */
  readonly output: string;
}

export interface NpmOptions {
  /** A folder of the client. @default its own */
  readonly cwd?: string;
  /** What is typed at each prompt, in order; it may depend on what npm has shown. */
  readonly answers?: readonly { readonly prompt: string; readonly text: string | ((output: string) => string) }[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is done elsewhere, once npm has shown something. */
  readonly when?: { readonly prompt: string; act(output: string): Promise<void> };
}

/** The real npm, with a configuration, a cache and a folder of its own. */
export interface NpmClient extends AsyncDisposable {
  readonly folder: string;
  run(args: readonly string[], options?: NpmOptions): Promise<NpmOutcome>;
  /** Like `run`; anything but success is an error that says what npm said. */
  ok(args: readonly string[], options?: NpmOptions): Promise<string>;
  /** Makes an account, or logs in. */
  login(name: string, password?: string): Promise<void>;
  /** The token that npm has kept. */
  readonly token: string;
  useToken(token: string): void;
  /** A folder with a package that can be published. */
  project(manifest: Readonly<Record<string, unknown>>, files?: Readonly<Record<string, string>>): string;
}

/** A client that waits for an answer that never comes is ended. */
const patienceMs = 60_000;

export const password = 'correct horse battery staple';

export function npmClient(serverUrl: string): NpmClient {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-npm-'));
  const registry = `${serverUrl}/npm/`;
  const userConfig = join(folder, 'npmrc');
  const place = registry.replace(/^http:/, '');
  const configure = (token?: string): void =>
    writeFileSync(userConfig, `registry=${registry}\n${token === undefined ? '' : `${place}:_authToken=${token}\n`}`);
  configure();
  let projects = 0;
  const run = (args: readonly string[], options: NpmOptions = {}): Promise<NpmOutcome> =>
    runNpm(args, { cwd: folder, ...options }, { ...environment(userConfig, folder), ...options.env });
  const client: NpmClient = {
    folder,
    run,
    async ok(args, options) {
      const { code, stdout, output } = await run(args, options);
      if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}:\n${output}`);
      return stdout;
    },
    async login(name, secret = password) {
      const answers = [
        { prompt: 'Username:', text: name },
        { prompt: 'Password:', text: secret },
        { prompt: 'Email', text: `${name}@example.com` },
      ];
      await client.ok(['adduser', '--auth-type=legacy'], { answers });
    },
    get token() {
      return /_authToken="?([^"\n]+)/.exec(readFileSync(userConfig, 'utf8'))?.[1] ?? '';
    },
    useToken: configure,
    project(manifest, files = {}) {
      projects += 1;
      const place = join(folder, `project-${projects}`);
      mkdirSync(place);
      for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
        writeFileSync(join(place, name), text);
      }
      return place;
    },
    [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
  return client;
}

/** Nothing of the machine's own settings: they name another registry. */
function environment(userConfig: string, folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    npm_config_userconfig: userConfig,
    npm_config_globalconfig: join(folder, 'no-global-npmrc'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_fetch_retries: '0',
    NO_COLOR: '1',
  };
}

function runNpm(
  args: readonly string[],
  { cwd, answers = [], when }: NpmOptions,
  env: NodeJS.ProcessEnv,
): Promise<NpmOutcome> {
  const child = spawn('npm', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, output, answered] = ['', '', 0];
  let acting: Promise<void> | undefined;
  const type = (): void => {
    const next = answers[answered];
    if (next === undefined || !output.includes(next.prompt)) return;
    answered += 1;
    const { text } = next;
    child.stdin.write(`${typeof text === 'string' ? text : text(output)}\n`);
    type();
  };
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      type();
      if (when === undefined || acting !== undefined || !output.includes(when.prompt)) return;
      acting = when.act(output);
      // What went wrong is told at the end; npm would wait for ever.
      acting.catch(() => child.kill('SIGKILL'));
    });
  }
  // npm may end before it has read everything.
  child.stdin.on('error', () => undefined);
  if (answers.length === 0) child.stdin.end();
  const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  return new Promise((resolve, reject) => {
    child.once('close', () => clearTimeout(patience));
    child.once('error', reject);
    child.once('close', (code) => {
      const outcome = { code, stdout, output };
      resolve(acting === undefined ? outcome : acting.then(() => outcome));
    });
  });
}
