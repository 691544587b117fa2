// (1) A moved file is never overwritten: its name has the time and a random part.
// (2) A file is compressed to a temporary name and renamed when complete; only then does the original go. A process that
//     is killed on the way leaves the original, and the next one starts over.
// (3) A file that grew while it was compressed, because another process still wrote to it, is compressed again.
// (4) Only names of the form given here are compressed or deleted.
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { tellSinkFailed } from '../events.ts';
import type { Rotation } from './rotate.ts';

// Another process may be in the middle of a write to the file that has just been moved.
const settleMs = 1000;
const abandonedMs = 10 * 60 * 1000;

/** The files that were moved away, beside the one that is written. */
export class Archive {
  readonly #directory: string;
  readonly #stem: string;
  readonly #extension: string;
  readonly #rotation: Rotation;
  readonly #pattern: RegExp;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #tidying: Promise<void> | undefined;

  constructor(path: string, rotation: Rotation) {
    this.#directory = dirname(path);
    this.#extension = extname(path);
    this.#stem = basename(path, this.#extension);
    this.#rotation = rotation;
    const [stem, extension] = [this.#stem, this.#extension].map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
    this.#pattern = new RegExp(`^${stem}\\.(\\d{8}T\\d{9}Z)-[0-9a-f]{8}${extension}(\\.gz)?$`);
  }

  /** Moves the written file to a name of its own. */
  moveAway(now: number): void {
    const time = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
    const name = `${this.#stem}.${time}-${randomBytes(4).toString('hex')}${this.#extension}`;
    renameSync(join(this.#directory, `${this.#stem}${this.#extension}`), join(this.#directory, name));
    this.tidyLater();
  }

  /** Compresses and deletes in the background, a moment from now. */
  tidyLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tidying = (this.#tidying ?? Promise.resolve()).then(() => this.#tidy());
    }, settleMs).unref();
  }

  /** Stops compressing; the next process goes on with it. */
  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async #tidy(): Promise<void> {
    try {
      if (this.#rotation.gzip) {
        for (const name of await this.#moved()) if (!name.endsWith('.gz')) await this.#compress(name);
      }
      await this.#deleteOld();
      await this.#deleteLeftovers();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      tellSinkFailed({ sink: `archive of ${this.#stem}${this.#extension}`, reason });
    }
  }

  /** The names of moved files, oldest first. */
  async #moved(): Promise<readonly string[]> {
    const names = await readdir(this.#directory);
    return names.filter((name) => this.#pattern.test(name)).toSorted();
  }

  async #compress(name: string): Promise<void> {
    const source = join(this.#directory, name);
    const temporary = `${source}.${process.pid}.tmp`;
    const { signal } = this.#stop;
    try {
      const reading = createReadStream(source);
      await pipeline(reading, createGzip(), createWriteStream(temporary), { signal });
      if ((await stat(source)).size !== reading.bytesRead) return await this.#compress(name);
      await rename(temporary, `${source}.gz`);
      await rm(source);
    } catch (error) {
      await rm(temporary, { force: true });
      // Another process compressed it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  async #deleteOld(): Promise<void> {
    const { keep, keepMs } = this.#rotation;
    const newestFirst = (await this.#moved()).toReversed();
    const oldest = Date.now() - keepMs;
    const old = newestFirst.filter((name, index) => index >= keep || this.#movedAtMs(name) < oldest);
    for (const name of old) await rm(join(this.#directory, name), { force: true });
  }

  // What a process left behind that was killed while it compressed.
  async #deleteLeftovers(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (!this.#pattern.test(name.replace(/\.\d+\.tmp$/, '')) || !name.endsWith('.tmp')) continue;
      const path = join(this.#directory, name);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > abandonedMs) await rm(path, { force: true });
    }
  }

  #movedAtMs(name: string): number {
    const [, time = ''] = this.#pattern.exec(name) ?? [];
    return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));
  }
}
