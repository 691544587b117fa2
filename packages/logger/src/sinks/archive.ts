// (1) A moved file is never overwritten: its name has the time and a random part.
// (2) A file is compressed to a temporary name and renamed when complete and on the disk; only then does the original go.
//     A process that is killed on the way leaves the original, and the next one starts over.
// (3) A file that another process may still write to is left for later; one that grew while it was compressed is
//     compressed again.
// (4) Half a line at the end of a moved file, left by a process that was killed, is taken off.
// (5) Only names of the form given here are compressed or deleted.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isAlive } from '../alive.ts';
import { tellSinkFailed } from '../events.ts';
import { lastLineEnd } from './line-starts.ts';
import type { Rotation } from './rotate.ts';

// Another process may be in the middle of a write to the file that has just been moved.
const settleMs = 1000;
// A disk that was full may have room again.
const failureRetryMs = 30_000;
const abandonedMs = 10 * 60 * 1000;

/** The files that were moved away, beside the one that is written. */
export class Archive {
  readonly #directory: string;
  readonly #stem: string;
  readonly #extension: string;
  readonly #rotation: Rotation;
  readonly #pattern: RegExp;
  // Moved files whose end was looked at.
  readonly #mended = new Set<string>();
  #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #tidying: Promise<void> | undefined;
  #isFailing = false;

  constructor(path: string, rotation: Rotation) {
    this.#directory = dirname(path);
    this.#extension = extname(path);
    this.#stem = basename(path, this.#extension);
    this.#rotation = rotation;
    const [stem, extension] = [this.#stem, this.#extension].map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
    this.#pattern = new RegExp(`^${stem}\\.(\\d{8}T\\d{9}Z)-[0-9a-f]{8}${extension}(\\.gz)?$`);
  }

  /** Begins to tidy up, with what an earlier process left. */
  open(): void {
    this.#stop = new AbortController();
    this.#tidyLater();
  }

  /** Moves the written file to a name of its own. */
  moveAway(now: number): void {
    const time = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
    const name = `${this.#stem}.${time}-${randomBytes(4).toString('hex')}${this.#extension}`;
    renameSync(join(this.#directory, `${this.#stem}${this.#extension}`), join(this.#directory, name));
    this.#tidyLater();
  }

  /** Stops compressing; the next process goes on with it. Old files go even where no process lives long. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stop.abort();
    try {
      for (const name of this.#old(readdirSync(this.#directory))) rmSync(join(this.#directory, name), { force: true });
    } catch (error) {
      this.#tellFailed(error);
    }
  }

  /** Compresses and deletes in the background, a moment from now. */
  #tidyLater(afterMs: number = settleMs): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tidying = (this.#tidying ?? Promise.resolve()).then(() => this.#tidy(this.#stop.signal));
    }, afterMs).unref();
  }

  // Old files go first: on a full disk their room is what compressing needs. One file that fails keeps up none of the others.
  async #tidy(signal: AbortSignal): Promise<void> {
    try {
      for (const name of this.#old(await readdir(this.#directory))) {
        await rm(join(this.#directory, name), { force: true });
      }
      await this.#deleteLeftovers();
      const names = this.#moved(await readdir(this.#directory)).filter((name) => !name.endsWith('.gz'));
      const problems: unknown[] = [];
      for (const name of names) {
        if (signal.aborted) return;
        await this.#tidyOne(name, signal).catch((error: unknown) => problems.push(error));
      }
      if (problems.length > 0) throw problems[0];
      this.#isFailing = false;
    } catch (error) {
      if (signal.aborted) return;
      this.#tellFailed(error);
      this.#tidyLater(failureRetryMs);
    }
  }

  /** Mends and compresses one file, when nobody writes to it any more. */
  async #tidyOne(name: string, signal: AbortSignal): Promise<void> {
    if (this.#mended.has(name) && !this.#rotation.gzip) return;
    const path = join(this.#directory, name);
    try {
      const { mtimeMs } = await stat(path);
      const ageMs = Date.now() - mtimeMs;
      if (ageMs >= 0 && ageMs < settleMs) {
        this.#tidyLater();
        return;
      }
      takeOffHalfLine(path);
      this.#mended.add(name);
      if (this.#rotation.gzip) await compress(path, signal);
    } catch (error) {
      // Another process compressed or deleted it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** The names of moved files, oldest first. */
  #moved(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.#pattern.test(name)).toSorted();
  }

  /** The names of files that are not to be kept. */
  #old(names: readonly string[]): readonly string[] {
    const { keep, keepMs } = this.#rotation;
    const oldest = Date.now() - keepMs;
    const newestFirst = this.#moved(names).toReversed();
    return newestFirst.filter((name, index) => index >= keep || this.#movedAtMs(name) < oldest);
  }

  // What a process left behind that was killed while it compressed. One of another machine may be at work still: if its
  // temporary file goes too early it starts over, since the original is there until the very end.
  async #deleteLeftovers(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const [ending, pid] = /\.(\d+)(?:-[0-9a-f]+)?\.tmp$/.exec(name) ?? [];
      if (ending === undefined || !this.#pattern.test(name.slice(0, -ending.length))) continue;
      const path = join(this.#directory, name);
      if (!isAlive(Number(pid)) || (await isAbandoned(path))) await rm(path, { force: true });
    }
  }

  #movedAtMs(name: string): number {
    const [, time = ''] = this.#pattern.exec(name) ?? [];
    return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));
  }

  #tellFailed(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const reason = error instanceof Error ? error.message : String(error);
    tellSinkFailed({ sink: `archive of ${this.#stem}${this.#extension}`, reason });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > abandonedMs;
  } catch {
    // It is gone already.
    return false;
  }
}

/** Puts a compressed file in the place of another. @throws ENOENT when another process was faster */
async function compress(source: string, signal: AbortSignal): Promise<void> {
  // Two threads, or two sinks of one process, may compress the same file.
  const temporary = `${source}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const { mode } = await stat(source);
    const reading = createReadStream(source);
    await pipeline(reading, createGzip(), createWriteStream(temporary, { mode, flush: true }), { signal });
    if ((await stat(source)).size === reading.bytesRead) {
      await rename(temporary, `${source}.gz`);
      await rm(source);
      return;
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rm(temporary, { force: true });
  await compress(source, signal);
}

function takeOffHalfLine(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    const { size } = fstatSync(fd);
    const end = lastLineEnd(fd, size) + 1;
    if (end < size) ftruncateSync(fd, end);
  } finally {
    closeSync(fd);
  }
}
