import { lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { locateConfig } from '../config/locate.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages, type InitMessages } from '../i18n/messages.ts';
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
  const messages = (await loadMessages(io.locale)).init;
  const asker = yes ? undefined : createAsker(io, messages);
  const drafts: Draft[] = [];
  const notes: string[] = [];
  for (const step of [draftConfig, draftWorkflow, draftScript]) {
    const outcome = await step(root, asker, messages);
    if (typeof outcome === 'string') notes.push(outcome);
    else if (outcome !== undefined) drafts.push(outcome);
  }
  for (const { path, text } of drafts) {
    await expectNoLink(root, path);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeAtomically(join(root, path), text);
    io.stdout.write(`${path}\n`);
  }
  const rest = (await hasSelf(root)) ? [] : [messages.next('npm install --save-dev @seaworthy/cli')];
  io.stderr.write([...notes, ...rest].map((note) => `${printable(note)}\n`).join(''));
  return exitCodes.clean;
}

/** What is to be written, what to say instead, or nothing when it is not wanted. */
type Outcome = Promise<Draft | string | undefined>;

async function draftConfig(root: string, asker: Asker | undefined, say: InitMessages): Outcome {
  const known = await locateConfig(root);
  if (known?.kind === 'manifest') return say.settingsInManifest;
  const isThere = await exists(join(root, configFile));
  if (isThere && (await asker?.confirm(say.writeAnew(configFile), false)) !== true) return say.stays(configFile);
  const failOn = (await asker?.choose(say.failFrom, severities, 'error')) ?? 'error';
  const settings = { $schema: './node_modules/@seaworthy/cli/config.schema.json', failOn };
  return { path: configFile, text: `${JSON.stringify(settings, null, 2)}\n` };
}

const severities = ['error', 'warning', 'info', 'never'] as const;

async function draftWorkflow(root: string, asker: Asker | undefined, say: InitMessages): Outcome {
  if ((await asker?.confirm(say.writeWorkflow, true)) === false) return undefined;
  const isThere = await exists(join(root, workflowFile));
  if (isThere && (await asker?.confirm(say.writeAnew(workflowFile), false)) !== true) return say.stays(workflowFile);
  return { path: workflowFile, text: workflowText(await managerOf(root)) };
}

async function draftScript(root: string, asker: Asker | undefined, say: InitMessages): Outcome {
  const text = await read(join(root, 'package.json'));
  if (text === undefined) return say.noManifest;
  const outcome = withScript(text, script.name, script.command);
  if (outcome === 'present') return say.hasScript(script.name);
  if (outcome === 'no-object') return say.noScripts;
  if ((await asker?.confirm(say.addScript(script.name), true)) === false) return undefined;
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
