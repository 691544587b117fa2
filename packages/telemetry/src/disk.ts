import { readFileSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The space of one file system. */
export interface DiskSpace {
  readonly mountpoint: string;
  readonly usedBytes: number;
  /** What a process without privileges may still write. */
  readonly freeBytes: number;
  /** Kept back for the administrator. */
  readonly reservedBytes: number;
}

/** The file systems of these paths, each one once; a path that cannot be read is left out. */
export async function readDisks(paths: readonly string[]): Promise<readonly DiskSpace[]> {
  const disks = new Map<string, DiskSpace>();
  for (const path of paths) {
    const disk = await readDisk(path).catch(() => undefined);
    if (disk !== undefined) disks.set(disk.mountpoint, disk);
  }
  return [...disks.values()];
}

async function readDisk(path: string): Promise<DiskSpace> {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  return {
    mountpoint: await mountpointOf(resolve(path)),
    usedBytes: (blocks - bfree) * bsize,
    freeBytes: bavail * bsize,
    reservedBytes: (bfree - bavail) * bsize,
  };
}

/** The highest directory above the path that is still on the same device. */
async function mountpointOf(path: string): Promise<string> {
  const { dev } = await stat(path);
  let at = path;
  for (let parent = dirname(at); parent !== at; parent = dirname(at)) {
    if ((await stat(parent)).dev !== dev) return at;
    at = parent;
  }
  return at;
}

export interface DiskIo {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** What this process has read from disks and written to them; `undefined` where the system does not say. */
export function readDiskIo(file = '/proc/self/io'): DiskIo | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const [, readBytes] = /^read_bytes: (\d+)$/m.exec(text) ?? [];
    const [, writtenBytes] = /^write_bytes: (\d+)$/m.exec(text) ?? [];
    return readBytes === undefined || writtenBytes === undefined
      ? undefined
      : { readBytes: Number(readBytes), writtenBytes: Number(writtenBytes) };
  } catch {
    return undefined;
  }
}
