import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';

/** The packages of a server, published and installed by npm. */
export interface Packages {
  publish(name: string, version: string): Promise<void>;
  unpublish(name: string): Promise<void>;
  /** Installs it into an empty project; resolves with what the package says. */
  install(name: string): Promise<string>;
  /** The public keys that the server signs with, as it tells them. */
  keys(): Promise<string>;
  /** What the server answers when it is asked for the package. */
  status(name: string): Promise<number>;
  /** Asks the marketplace, as the account; resolves with what it answers. */
  market(method: string, path: string, body?: object): Promise<unknown>;
}

/** As an account of the server, with npm's files in a folder below `place`. */
export async function packagesOf(url: string, place: string): Promise<Packages> {
  const folder = mkdtempSync(join(place, 'npm-'));
  const token = await logIn(url);
  const userConfig = join(folder, 'npmrc');
  writeFileSync(userConfig, `registry=${url}/npm/\n${url.replace('http:', '')}/npm/:_authToken=${token}\n`);
  const env = { ...plainEnvironment(), npm_config_userconfig: userConfig, npm_config_cache: join(folder, 'cache') };
  const npm = async (args: readonly string[], cwd: string): Promise<void> => {
    const { code, output } = await run('npm', args, { cwd, env });
    if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}:\n${output}`);
  };
  return {
    async publish(name, version) {
      await npm(['publish'], packageIn(join(folder, name), name, version));
    },
    unpublish: (name) => npm(['unpublish', name, '--force'], folder),
    async install(name) {
      const project = mkdtempSync(join(folder, 'project-'));
      writeFileSync(join(project, 'package.json'), '{}');
      await npm(['install', name], project);
      return readFileSync(join(project, 'node_modules', name, 'says.txt'), 'utf8');
    },
    keys: async () => (await fetch(`${url}/npm/-/npm/v1/keys`)).text(),
    status: async (name) => (await fetch(`${url}/npm/${name}`)).status,
    async market(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} ended with ${answer.status}: ${text}`);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

/** Makes the account `ada`, or logs in to it; gives the token. */
export async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/npm/-/user/org.couchdb.user:ada`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ada', password: 'correct horse battery staple', email: 'ada@example.com' }),
  });
  const answer = (await response.json()) as { readonly token?: string };
  if (answer.token === undefined) throw new Error(`there is no token: ${response.status} ${JSON.stringify(answer)}`);
  return answer.token;
}

function packageIn(path: string, name: string, version: string): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(join(path, 'says.txt'), `${name} ${version}`);
  return path;
}
