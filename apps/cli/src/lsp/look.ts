import { hash } from 'node:crypto';
import { readBaseline } from '../baseline/file.ts';
import { openCache } from '../cache/report.ts';
import { jobOf } from '../compose.ts';
import { loadSettings } from '../config/settings.ts';
import type { AuditJob, JobListener, JobResult } from '../engine/job.ts';
import type { StoppedRule } from '../engine/run-rules.ts';
import { supervise } from '../engine/supervise.ts';
import type { Fix } from '../fix/fixes.ts';
import type { Io } from '../io.ts';
import type { Problem } from '../project/problem.ts';
import type { Facts } from '../project/project.ts';
import { takeText } from '../project/read.ts';
import type { Entry } from '../project/walk.ts';
import type { Finding } from '../report/report.ts';

export interface LookOptions {
  /** The absolute path of the directory. */
  readonly root: string;
  /** What editors hold, by path: it counts instead of what is on the disk. */
  readonly texts: ReadonlyMap<string, string>;
  /** The directory that keeps what is known of the project from one look to the next. */
  readonly place: string;
  readonly packs: URL;
  /** Rules that hung before: they are not asked again. */
  readonly stopped: readonly StoppedRule[];
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly listener: Pick<JobListener, 'log' | 'progress'>;
  /** Told of the settings and files before any rule runs. */
  readonly onListed: (job: AuditJob, entries: readonly Entry[]) => void;
}

/** What there is to say about one file. */
export interface FileNotes {
  readonly findings: readonly Finding[];
  readonly fixes: readonly Fix[];
  readonly problems: readonly Problem[];
}

/** What a look at a whole project has come to. */
export interface Looked {
  readonly job: AuditJob;
  readonly facts: Facts;
  /** Of all files that are looked at. */
  readonly paths: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, FileNotes>;
  /** Rules that did not finish. */
  readonly unfinished: readonly Problem[];
  /** Whether a finding is known from before, and held back. */
  readonly isKnown: (finding: Finding) => boolean;
}

/** Reads the settings and looks at a project. @throws seaworthy.config.INVALID; what an audit throws; the signal's reason */
export async function look(options: LookOptions): Promise<Looked> {
  const { root, texts, place, packs, stopped, io, signal, listener } = options;
  const { variables } = io;
  const loaded = await loadSettings({ flags: {}, directory: root, cwd: root, variables, signal });
  const { baseline } = loaded.settings;
  const known = baseline === undefined ? undefined : await readBaseline(baseline, root, signal);
  const job = jobOf({ directory: root }, loaded, io);
  const { state } = await openCache(job, place, signal);
  const entries = state.walk.entries.map((entry) => withText(entry, texts.get(entry.path)));
  options.onListed(job, entries);
  const walk = { ...state.walk, entries };
  const cache = { ...state, walk, key: keyOf(entries) };
  const result = await supervise({ ...job, stopped, cache }, { packs, listener, signal });
  const fingerprints = new Set(known?.findings.map(({ fingerprint }) => fingerprint));
  const isKnown = ({ fingerprint }: Finding): boolean => fingerprints.has(fingerprint);
  return {
    job,
    facts: result.facts!,
    paths: new Set(entries.filter(({ isFile }) => isFile).map(({ path }) => path)),
    texts,
    files: byFile(result, isKnown),
    unfinished: result.report.problems.filter(({ rule }) => rule !== undefined),
    isKnown,
  };
}

/** A file as an editor holds it, as if that were on the disk. */
export function withText(entry: Entry, text: string | undefined): Entry {
  if (text === undefined || !entry.isFile) return entry;
  const content = takeText(text, entry.path, Infinity).content();
  return { ...entry, text, content, bytes: Buffer.byteLength(text) };
}

/** A report that is kept must not be taken for one of the files on the disk. */
function keyOf(entries: readonly Entry[]): string {
  return `editor ${hash('sha256', JSON.stringify(entries.map(({ path, content }) => [path, content])), 'base64url')}`;
}

function byFile({ report, fixes }: JobResult, isKnown: (finding: Finding) => boolean): Looked['files'] {
  const findings = Map.groupBy(
    report.findings.filter((finding) => !isKnown(finding)),
    ({ file }) => file,
  );
  const problems = Map.groupBy(
    report.problems.filter(({ rule }) => rule === undefined),
    ({ file }) => file ?? '.',
  );
  const fixesByFile = Map.groupBy(fixes, ({ file }) => file);
  const paths = new Set([...findings.keys(), ...problems.keys()]);
  return new Map(
    Array.from(paths, (path) => [
      path,
      { findings: findings.get(path) ?? [], fixes: fixesByFile.get(path) ?? [], problems: problems.get(path) ?? [] },
    ]),
  );
}
