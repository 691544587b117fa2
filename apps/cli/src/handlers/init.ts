import { lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { locateConfig } from '../config/locate.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { createAsker, type Asker } from '../init/ask.ts';
import { withScript } from '../init/manifest.ts';
import { workflowText, type PackageManager } from '../init/workflow.ts';
import type { Io } from '../io.ts';
import { writeAtomically } from '../output.ts';
import { reasonOf } from '../project/problem.ts';
import { printable } from '../reporters/text.ts';

/** The flags of `seaworthy init`. */
export interface InitFlags {
  readonly yes?: boolean;
}

const configFile = 'seaworthy.config.json';
const workflowFile = '.github/workflows/seaworthy.yml';
const script = { name: 'audit:production', command: 'seaworthy audit' } as const;

/** A file that will be written. */
interface Draft {
  readonly path: string;
  readonly text: string;
}

/**
 * Sets a project up: a config file, a workflow, a script. Nothing that is there is written over, unless the person at the terminal
 * says so; all questions come first, so an interruption leaves everything as it was.
 *
 * @throws DIRECTORY_MISSING, NOBODY_TO_ASK, INTERRUPTED, OUTPUT_UNWRITABLE, INIT_LINK
 */
export async function init({ yes = false }: InitFlags, directory: string | undefined, io: Io): Promise<number> {
  const root = resolve(io.cwd, directory ?? '.');
  await expectDirectory(root, directory ?? '.');
  if (!yes && !io.isInteractive) throw new CliErrors.NOBODY_TO_ASK();
  const asker = yes ? undefined : createAsker(io);
  const drafts: Draft[] = [];
  const notes: string[] = [];
  for (const step of [draftConfig, draftWorkflow, draftScript]) {
    const outcome = await step(root, asker);
    if (typeof outcome === 'string') notes.push(outcome);
    else if (outcome !== undefined) drafts.push(outcome);
  }
  for (const { path, text } of drafts) {
    await expectNoLink(root, path);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeAtomically(join(root, path), text);
    io.stdout.write(`${path}\n`);
  }
  const rest = (await hasSelf(root)) ? [] : ['Next: npm install --save-dev @seaworthy/cli'];
  io.stderr.write([...notes, ...rest].map((note) => `${printable(note)}\n`).join(''));
  return exitCodes.clean;
}

/** What is to be written, what to say instead, or nothing when it is not wanted. */
type Outcome = Promise<Draft | string | undefined>;

async function draftConfig(root: string, asker: Asker | undefined): Outcome {
  const known = await locateConfig(root);
  if (known?.kind === 'manifest') return 'The settings stand in package.json and stay there.';
  const isThere = await exists(join(root, configFile));
  if (isThere && (await asker?.confirm(`${configFile} is there. Write it anew?`, false)) !== true)
    return `${configFile} is there and stays as it is.`;
  const failOn = (await asker?.choose('From which severity on does an audit fail?', severities, 'error')) ?? 'error';
  const settings = { $schema: './node_modules/@seaworthy/cli/config.schema.json', failOn };
  return { path: configFile, text: `${JSON.stringify(settings, null, 2)}\n` };
}

const severities = ['error', 'warning', 'info', 'never'] as const;

async function draftWorkflow(root: string, asker: Asker | undefined): Outcome {
  if ((await asker?.confirm('Write a workflow for GitHub that audits every pull request?', true)) === false)
    return undefined;
  const isThere = await exists(join(root, workflowFile));
  if (isThere && (await asker?.confirm(`${workflowFile} is there. Write it anew?`, false)) !== true)
    return `${workflowFile} is there and stays as it is.`;
  return { path: workflowFile, text: workflowText(await managerOf(root)) };
}

async function draftScript(root: string, asker: Asker | undefined): Outcome {
  const text = await read(join(root, 'package.json'));
  if (text === undefined) return 'There is no package.json, so no script was added.';
  const outcome = withScript(text, script.name, script.command);
  if (outcome === 'present') return `package.json has a script ${script.name} and stays as it is.`;
  if (outcome === 'no-object') return 'package.json is no object with scripts, so no script was added.';
  if ((await asker?.confirm(`Add the script ${script.name} to package.json?`, true)) === false) return undefined;
  return { path: 'package.json', text: outcome.text };
}

async function managerOf(root: string): Promise<PackageManager> {
  if (await exists(join(root, 'pnpm-lock.yaml'))) return 'pnpm';
  const yarn = await read(join(root, 'yarn.lock'));
  if (yarn === undefined) return 'npm';
  return yarn.includes('yarn lockfile v1') ? 'yarn-1' : 'yarn';
}

async function hasSelf(root: string): Promise<boolean> {
  return /"@seaworthy\/cli"\s*:/.test((await read(join(root, 'package.json'))) ?? '');
}

async function expectDirectory(root: string, directory: string): Promise<void> {
  const stats = await lstat(root).catch(() => undefined);
  if (stats === undefined) throw new CliErrors.DIRECTORY_MISSING({ directory });
}

/** Below the project nothing is written through a link: it may lead anywhere. */
async function expectNoLink(root: string, path: string): Promise<void> {
  const steps = path.split('/');
  for (let length = 1; length <= steps.length; length += 1) {
    const at = steps.slice(0, length).join('/');
    const stats = await lstat(join(root, at)).catch(() => undefined);
    if (stats?.isSymbolicLink() === true) throw new CliErrors.INIT_LINK({ path: at });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Undefined when there is no such file. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw new CliErrors.DIRECTORY_UNREADABLE({ directory: path, reason: reasonOf(error) }, { cause: error });
  }
}
