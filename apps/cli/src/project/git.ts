import { execFile } from 'node:child_process';
import { unreadableDirectory, type Listing } from './listing.ts';

const timeoutMs = 30_000;
const maxBytes = 256 * 1024 * 1024;

type Variables = Readonly<Record<string, string | undefined>>;

export interface GitOptions {
  /** The variables of this process, which git gets but for those that name a repository. @default all of this process */
  readonly variables?: Variables;
  readonly signal?: AbortSignal;
}

/**
 * The paths that git does not ignore, tracked or not; undefined when there is no git, no work tree, or when git ignores
 * the directory itself (someone who audits an ignored directory wants to see what is in it).
 */
export async function listByGit(root: string, options: GitOptions = {}): Promise<Listing | undefined> {
  const listed = await git(root, ['ls-files', '-co', '--exclude-standard', '-z'], options);
  if (listed === undefined) return undefined;
  const paths = [...new Set(listed.stdout.split('\0'))].filter((path) => path !== '' && !path.endsWith('/'));
  if (paths.length === 0 && (await git(root, ['check-ignore', '-q', '.'], options)) !== undefined) return undefined;
  return { paths, problems: refusedDirectories(listed.stderr) };
}

/** git goes on after a directory it may not open, and says so only here. */
function refusedDirectories(stderr: string): Listing['problems'] {
  const refused = stderr.matchAll(/^warning: could not open directory '(.+?)\/?': (.+)$/gm);
  return Array.from(refused, ([, path, reason]) => unreadableDirectory(path!, reason!));
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function git(root: string, words: readonly string[], options: GitOptions): Promise<Output | undefined> {
  const { signal, variables } = options;
  // The file system monitor is a program that the repository's own config names: listing files must not run it.
  const args = ['-c', 'core.fsmonitor=false', ...words];
  const started = {
    cwd: root,
    maxBuffer: maxBytes,
    timeout: timeoutMs,
    ...(variables && { env: environment(variables) }),
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    execFile('git', args, started, (error, stdout, stderr) => {
      if (signal?.aborted === true) reject(signal.reason);
      else resolve(error === null ? { stdout, stderr } : undefined);
    });
  });
}

/** Inside a hook git tells its children where the repository is, which need not be the audited one. */
function environment(variables: Variables): NodeJS.ProcessEnv {
  const kept = Object.entries(variables).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
}
