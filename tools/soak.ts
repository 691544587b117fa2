// npm run soak -- <package> [--minutes <number>]: long runs that load, kill and break, one after the other. Each program
// `packages/<package>/soak/*.soak.ts` gets its time in minutes, and prints one line for each thing that it finds wrong.
// Exits with 0 when nothing was found, with 1 when something was, and with 2 when it was asked wrongly.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitCode, isSeaworthyError } from '@seaworthy/errors';
import { ToolErrors } from './errors.ts';
import { end, keep } from './process/children.ts';
import { readProjects, type Project } from './repository/projects.ts';
import { root } from './repository/root.ts';

// What a program may take beyond its time, to end its last round and look at what came of it.
const graceMs = 3 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' } },
});

try {
  process.exitCode = (await soak(projectNamed(positionals[0] ?? ''), readMinutes(values.minutes))) ? 0 : 1;
} catch (error) {
  if (!isSeaworthyError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = exitCode(error);
}

/** Runs every soak of a package; true when none of them found anything. */
async function soak({ name, folder }: Project, minutes: number): Promise<boolean> {
  const files = globSync(`${folder}/soak/*.soak.ts`, { cwd: root }).toSorted();
  if (files.length === 0) throw new ToolErrors.NO_SOAK({ package: name, folder });
  let holds = true;
  for (const file of files) {
    const startedAt = Date.now();
    const problem = await runFile(file, minutes);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${seconds} s  ${file}${problem ? `: ${problem}` : ''}`);
    holds &&= problem === undefined;
  }
  return holds;
}

/** What is wrong, if anything. */
async function runFile(file: string, minutes: number): Promise<string | undefined> {
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', join(root, file), String(minutes)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  keep(child);
  let findings = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    findings += text.split('\n').length - 1;
    process.stdout.write(text);
  });
  let isLate = false;
  const deadline = setTimeout(
    () => {
      isLate = true;
      end(child);
    },
    minutes * 60_000 + graceMs,
  );
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  clearTimeout(deadline);
  if (isLate) return `it was still at work ${graceMs / 60_000} minutes after its time`;
  if (code !== 0) return `it ended with ${code === null ? 'a signal' : `code ${code}`}`;
  return findings > 0 ? `${findings} findings` : undefined;
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (minutes > 0) return minutes;
  throw new ToolErrors.BAD_MINUTES({ received: JSON.stringify(text) });
}

function projectNamed(id: string): Project {
  const projects = readProjects(root);
  const found = projects.find((project) => project.id === id || project.name === id);
  if (found) return found;
  throw new ToolErrors.UNKNOWN_PACKAGE({ package: `"${id}"`, known: projects.map((project) => project.id).join(', ') });
}
