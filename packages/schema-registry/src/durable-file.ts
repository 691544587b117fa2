import { randomUUID } from 'node:crypto';
import { fsync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

// Not handle.sync(): Yarn puts handles of its own in their place, which do not have it.
/** Waits until the disk has what was written to a descriptor. */
export const toDisk: (descriptor: number) => Promise<void> = promisify(fsync);

/**
 * Writes a file beside its place, waits until the disk has it, and has it put in place: whole, or not at all.
 *
 * `place` moves or links the written file to its name.
 */
export async function writeDurably(
  path: string,
  text: string,
  place: (written: string) => Promise<void>,
): Promise<void> {
  const written = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await toDisk(file.fd);
    } finally {
      await file.close();
    }
    await place(written);
  } finally {
    await rm(written, { force: true });
  }
  await syncFolder(dirname(path));
}

/** A name is durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and keeps their entries itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await toDisk(handle.fd);
  } finally {
    await handle.close();
  }
}
