// (1) A batch is checkpointed after its sink and its dead letters have acknowledged it, never before.
// (2) Nothing is written before every step of the way is known to exist.
// (3) A record that cannot be migrated is kept as it was: in the dead letters, or where it is, when there are none.
// (4) The next record is asked for when the batch before it is acknowledged; one batch is in memory.
import { checkCheckpoint, type Checkpoint, type CheckpointStore, type Counts } from './checkpoint.ts';
import { withDeadline } from './deadline.ts';
import { SchemaErrors } from './errors.ts';
import { checkRoute } from './migrate.ts';
import { recordsFrom } from './record-reader.ts';
import type { DeadLetter, DeadLetterSink, MigratedRecord, RecordSink, RecordSource, StoredRecord } from './records.ts';
import { expectOptions, shownKind } from './schema.ts';
import { expectSubject, type AnySubject } from './subject.ts';

export interface MigrateAllOptions {
  readonly subject: AnySubject;
  readonly source: RecordSource;
  readonly sink: RecordSink;
  /** Without it a migration that stopped begins from the start; migrated records are passed over by their version. */
  readonly checkpoint?: CheckpointStore;
  /** Without it the first record that cannot be migrated ends the migration, after the records before it are written. */
  readonly deadLetters?: DeadLetterSink;
  /** More of them, over all runs, end the migration. @default Infinity */
  readonly maxDeadLetters?: number;
  /** The wanted version; an earlier one takes records back by `down`. @default the latest version */
  readonly to?: number;
  /** @default 500 */
  readonly batchSize?: number;
  /** For each record that is read and each batch that is written, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** Reads and migrates, and writes nothing. @default false */
  readonly dryRun?: boolean;
  /** Told after each batch. */
  readonly onProgress?: (progress: Counts & { readonly position: string }) => void;
  /** Stops without another batch; one that is being written is not waited for. */
  readonly signal?: AbortSignal;
}

export interface MigrationReport extends Counts {
  /** The key of the last record; undefined when there was none. */
  readonly position: string | undefined;
  /** The key after which this run went on; undefined when it began at the start. */
  readonly resumedAfter: string | undefined;
  /** The first twenty records of this run that could not be migrated. */
  readonly problems: readonly { readonly key: string; readonly code: string; readonly message: string }[];
  readonly durationMs: number;
}

interface Job extends MigrateAllOptions {
  readonly to: number;
  readonly batchSize: number;
  readonly timeoutMs: number;
  readonly maxDeadLetters: number;
}

interface Batch {
  readonly migrated: MigratedRecord[];
  readonly letters: DeadLetter[];
  read: number;
  last: string;
}

interface State {
  counts: Counts;
  position: string | undefined;
  readonly problems: { key: string; code: string; message: string }[];
}

const shownProblems = 20;

/**
 * Brings every record of a source to one version, batch by batch, and goes on where an earlier run stopped.
 *
 * @throws INVALID_OPTION, UNKNOWN_VERSION, FUTURE_VERSION, MISSING_DOWN and CHECKPOINT_MISMATCH before anything is read;
 *   BATCH_TIMED_OUT, TOO_MANY_DEAD_LETTERS, the reason of the signal, and, without dead letters, the error of the first record.
 */
export async function migrateAll(options: MigrateAllOptions): Promise<MigrationReport> {
  const startedAt = performance.now();
  const job = checkJob(options);
  const found = job.dryRun ? undefined : await resume(job);
  const { read = 0, migrated = 0, current = 0, dead = 0, position } = found ?? {};
  const state: State = { counts: { read, migrated, current, dead }, position, problems: [] };
  await runBatches(job, state);
  const durationMs = performance.now() - startedAt;
  return { ...state.counts, position: state.position, resumedAfter: position, problems: state.problems, durationMs };
}

function checkJob(options: MigrateAllOptions): Job {
  expectOptions(options);
  expectSubject('subject', options.subject);
  expectRead('source', options.source);
  if (options.checkpoint !== undefined) expectRead('checkpoint', options.checkpoint);
  const { subject, to = subject.latest, batchSize = 500, timeoutMs = 30_000, maxDeadLetters = Infinity } = options;
  expectAtLeast('batchSize', batchSize, 1);
  expectAtLeast('timeoutMs', timeoutMs, 1);
  if (maxDeadLetters !== Infinity) expectAtLeast('maxDeadLetters', maxDeadLetters, 0);
  checkRoute(subject.definitions, { subject: subject.name, from: subject.latest, to });
  return { ...options, to, batchSize, timeoutMs, maxDeadLetters };
}

function expectRead(option: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function') return;
  throw new SchemaErrors.INVALID_OPTION({ option, expected: 'an object with `read`', received: shownKind(value) });
}

function expectAtLeast(option: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const received = `\`${String(value)}\` (${typeof value})`;
  throw new SchemaErrors.INVALID_OPTION({ option, expected: `a whole number from ${least}`, received });
}

async function resume(job: Job): Promise<Checkpoint | undefined> {
  const found = await withDeadline(waited(job, 'read the checkpoint', undefined), () => job.checkpoint?.read());
  if (found) checkCheckpoint(found, { subject: job.subject.name, to: job.to });
  return found;
}

async function runBatches(job: Job, state: State): Promise<void> {
  const wait = (): ReturnType<typeof waited> => waited(job, 'read a record', state.position);
  let batch = emptyBatch();
  for await (const record of recordsFrom((signal) => job.source.read(state.position, { signal }), wait)) {
    const failure = add(job, batch, record);
    if (failure !== undefined) {
      if (batch.read > 0) await finish(job, state, batch);
      throw failure;
    }
    if (batch.read < job.batchSize) continue;
    await finish(job, state, batch);
    batch = emptyBatch();
  }
  if (batch.read > 0) await finish(job, state, batch);
}

function emptyBatch(): Batch {
  return { migrated: [], letters: [], read: 0, last: '' };
}

/** Takes a record into the batch; the error is of one that ends the migration and stays where it is. */
function add(job: Job, batch: Batch, record: StoredRecord): Error | undefined {
  try {
    if (record.version !== job.to) {
      const data = job.subject.migrate(record.data, { from: record.version, to: job.to });
      batch.migrated.push({ key: record.key, version: job.to, data, from: record.version });
    }
  } catch (error) {
    if (job.deadLetters === undefined && job.dryRun !== true) return error as Error;
    batch.letters.push(letterOf(record, error));
  }
  batch.read += 1;
  batch.last = record.key;
  return undefined;
}

function letterOf(record: StoredRecord, error: unknown): DeadLetter {
  const { code = 'UNKNOWN', message = String(error) } = (error ?? {}) as { code?: string; message?: string };
  return { record, code, message };
}

async function finish(job: Job, state: State, batch: Batch): Promise<void> {
  const { migrated, letters, read, last } = batch;
  const { counts } = state;
  const next: Counts = {
    read: counts.read + read,
    migrated: counts.migrated + migrated.length,
    current: counts.current + read - migrated.length - letters.length,
    dead: counts.dead + letters.length,
  };
  const checkpoint: Checkpoint = { subject: job.subject.name, to: job.to, position: last, ...next };
  if (job.dryRun !== true) await keep(job, state.position, batch, checkpoint);
  state.counts = next;
  state.position = last;
  for (const { record, code, message } of letters) {
    if (state.problems.length < shownProblems) state.problems.push({ key: record.key, code, message });
  }
  job.onProgress?.({ ...next, position: last });
  if (next.dead > job.maxDeadLetters) {
    throw new SchemaErrors.TOO_MANY_DEAD_LETTERS({ count: next.dead, limit: job.maxDeadLetters });
  }
  await turn();
}

async function keep(job: Job, after: string | undefined, batch: Batch, checkpoint: Checkpoint): Promise<void> {
  const { migrated, letters } = batch;
  if (letters.length > 0) {
    await withDeadline(waited(job, 'keep dead letters', after), (signal) =>
      job.deadLetters?.write(letters, { signal }),
    );
  }
  if (migrated.length > 0) {
    await withDeadline(waited(job, 'write a batch', after), (signal) =>
      job.sink.write(migrated, { checkpoint, signal }),
    );
  }
  // A batch that is acknowledged is checkpointed, whatever the signal says by now.
  const { signal: _, ...rest } = job;
  await withDeadline(waited(rest, 'write the checkpoint', after), () => job.checkpoint?.write(checkpoint));
}

function waited({ timeoutMs, signal }: Pick<Job, 'timeoutMs' | 'signal'>, doing: string, position: string | undefined) {
  return { doing, position: position === undefined ? 'at the start' : JSON.stringify(position), timeoutMs, signal };
}

/** Timers and signals get their turn, also with a store that answers at once. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
