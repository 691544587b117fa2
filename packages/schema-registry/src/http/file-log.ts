import { link, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import { SchemaErrors } from '../errors.ts';
import type { LogEntry, SchemaLog } from './log.ts';

/**
 * Keeps served schemas in a folder, with a file for each change. A file is flushed to the disk before it gets its name, and gets it
 * only when no other has it: any number of processes may use the folder.
 */
export function fileLog(folder: string): SchemaLog {
  const pathOf = (offset: number): string => join(folder, `${String(offset).padStart(9, '0')}.json`);
  return {
    async read(after) {
      const entries: LogEntry[] = [];
      for (let offset = after + 1; ; offset += 1) {
        const text = await readIfThere(pathOf(offset));
        if (text === undefined) return entries;
        entries.push(parseEntry(text, offset, pathOf(offset)));
      }
    },
    async append(entry) {
      await mkdir(folder, { recursive: true });
      const path = pathOf(entry.offset);
      let isFirst = true;
      await writeDurably(path, `${JSON.stringify(entry)}\n`, async (written) => {
        isFirst = await linkOnce(written, path);
        await rm(written);
      });
      return isFirst;
    },
  };
}

async function linkOnce(written: string, path: string): Promise<boolean> {
  try {
    await link(written, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseEntry(text: string, offset: number, path: string): LogEntry {
  try {
    const entry = JSON.parse(text) as LogEntry;
    if (entry.offset === offset && typeof entry.change.kind === 'string') return entry;
  } catch (cause) {
    throw new SchemaErrors.LOG_UNREADABLE({ path }, { cause });
  }
  throw new SchemaErrors.LOG_UNREADABLE({ path });
}
