import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kysely } from 'kysely';
import { ServerErrors } from '../errors.ts';
import { answering } from './database.ts';
import { runThrough, type StorePipelines } from './pipeline.ts';
import type { Tables } from './schema.ts';

/** A text that all instances have in common, such as a key. */
export interface SharedText {
  read(): Promise<string | undefined>;
  /** Answers false, and changes nothing, when the text is no longer `before`. */
  replace(before: string | undefined, after: string): Promise<boolean>;
}

export function sharedText(db: Kysely<Tables>, { reads, writes }: StorePipelines, name: string): SharedText {
  return {
    read: () =>
      runThrough(reads, () =>
        answering(async () => {
          const found = await db
            .selectFrom('shared_secrets')
            .select('content')
            .where('name', '=', name)
            .executeTakeFirst();
          return found?.content;
        }),
      ),
    replace: (before, after) => runThrough(writes, () => answering(() => replace(db, name, before, after))),
  };
}

async function replace(
  db: Kysely<Tables>,
  name: string,
  before: string | undefined,
  content: string,
): Promise<boolean> {
  if (before === undefined) {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('shared_secrets')
      .values({ name, content })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  }
  const { numUpdatedRows } = await db
    .updateTable('shared_secrets')
    .set({ content })
    .where('name', '=', name)
    .where('content', '=', before)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The same in a file that only the user of the server may read, for one instance that has the folder. It is made once, and never replaced. */
export function textInFile(path: string): SharedText {
  return {
    read: async () => readText(path),
    async replace(before, after) {
      if (before !== undefined || readText(path) !== undefined) return false;
      writeText(path, after);
      return true;
    },
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, cause);
  }
}

function writeText(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServerErrors.ARCHIVES_UNREADABLE({ folder: dirname(path), reason }, { cause });
}

/** The text of that name; whoever asks first makes it. */
export async function readOrMake(text: SharedText, make: () => string): Promise<string> {
  const known = await text.read();
  if (known !== undefined) return known;
  await text.replace(undefined, make());
  return (await text.read()) as string;
}
