import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run as seaworthy } from '../../apps/cli/src/run.ts';
import type { Io } from '../../apps/cli/src/io.ts';
import type { Report } from '../../apps/cli/src/report/report.ts';
import { plain } from '../../apps/cli/src/reporters/reporter.ts';
import { npm } from '../process/npm.ts';
import { run, type RunResult } from '../process/run.ts';
import type { Judged } from './snapshot.ts';

/** What the audit says about the published sources of a package. */
export interface Look {
  readonly findings: readonly Judged[];
  /** Files that did not parse and rules that did not finish. */
  readonly problems: readonly string[];
}

/** Fetches a package with npm, unpacks it below the folder and audits it. */
export async function look(name: string, folder: string): Promise<Look> {
  const home = join(folder, name.replaceAll('/', '__'));
  await mkdir(join(home, 'sources'), { recursive: true });
  const packed = expectSuccess(
    await npm(['pack', name, '--silent', '--ignore-scripts'], { cwd: home, timeoutMs: 120_000 }),
  );
  const archive = packed.stdout.trim().split('\n').at(-1) ?? '';
  expectSuccess(
    await run('tar', ['-xzf', archive, '-C', 'sources', '--strip-components=1'], { cwd: home, timeoutMs: 60_000 }),
  );
  const { findings, problems } = await audit(join(home, 'sources'), join(home, 'report.json'));
  return {
    findings: findings.map(({ rule, severity, file, line, column, message }) => ({
      rule,
      severity,
      file,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      message,
    })),
    // A picture or an archive is no text, and nothing to read.
    problems: problems
      .filter(({ kind }) => kind !== 'unreadable')
      .map(({ file, rule, message }) => `${file ?? rule}: ${message}`),
  };
}

async function audit(directory: string, output: string): Promise<Report> {
  // An empty config keeps settings of folders above out of it.
  const config = `${output}.config.json`;
  await writeFile(config, '{}');
  const errors: string[] = [];
  const code = await seaworthy(
    ['audit', directory, '--format', 'json', '--output', output, '--fail-on', 'never', '--config', config],
    ioIn(directory, errors),
  );
  if (code !== 0 && code !== 3) throw new TypeError(`The audit of ${directory} ended with ${code}: ${errors.join('')}`);
  return JSON.parse(await readFile(output, 'utf8')) as Report;
}

function ioIn(cwd: string, errors: string[]): Io {
  return {
    stdout: { write: () => true },
    stderr: { write: (text) => errors.push(text) },
    stdin: noInput(),
    cwd,
    variables: {},
    paint: plain,
    hasColour: false,
    locale: 'en',
    isScreen: false,
    isInteractive: false,
    signals: [],
    exit: () => {},
  };
}

async function* noInput(): AsyncGenerator<Uint8Array> {}

function expectSuccess(result: RunResult): RunResult {
  if (result.code !== 0) throw new TypeError(`A program ended with ${result.code}: ${result.output.trim()}`);
  return result;
}
