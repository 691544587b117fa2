import type { Kysely } from 'kysely';
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

/** The text of that name; whoever asks first makes it. */
export async function readOrMake(text: SharedText, make: () => string): Promise<string> {
  const known = await text.read();
  if (known !== undefined) return known;
  await text.replace(undefined, make());
  return (await text.read()) as string;
}
