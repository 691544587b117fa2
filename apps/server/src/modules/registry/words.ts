// How the words of packages are kept and asked for in each database. SQLite splits texts by itself (FTS5); for PostgreSQL they
// are split here, in the same way: letters and digits, in lower case, without accents.
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { dialectOf } from '../../storage/dialect.ts';
import type { Tables } from '../../storage/schema.ts';

/** The texts that a package is found by. */
export interface PackageWords {
  readonly name: string;
  readonly keywords: string;
  readonly description: string;
  readonly author: string;
}

type Column = keyof PackageWords;

/** By weight: the letters are those of PostgreSQL. */
const columns: readonly (readonly [column: Column, letter: string, weight: number])[] = [
  ['name', 'A', 20],
  ['keywords', 'B', 8],
  ['description', 'C', 4],
  ['author', 'D', 2],
];
const sqliteWeights = sql.raw(columns.map(([, , weight]) => weight.toFixed(1)).join(', '));
/** From D to A, the largest is 1. */
const postgresWeights = sql.lit(
  `{${columns
    .map(([, , weight]) => weight / 20)
    .toReversed()
    .join(',')}}`,
);

/** Forgets the words of a package. */
export async function forgetWords(db: Transaction<Tables>, packageId: number): Promise<void> {
  await sql`DELETE FROM npm_words WHERE rowid = ${packageId}`.execute(db);
}

/** Keeps the words of a package that has none. */
export async function keepWords(db: Transaction<Tables>, packageId: number, words: PackageWords): Promise<void> {
  if (dialectOf(db) === 'postgres') {
    await sql`INSERT INTO npm_words (rowid, name, words)
      VALUES (${packageId}, ${words.name}, ${vectorOf(words)}::tsvector)`.execute(db);
    return;
  }
  await sql`INSERT INTO npm_words (rowid, name, keywords, description, author)
    VALUES (${packageId}, ${words.name}, ${words.keywords}, ${words.description}, ${words.author})`.execute(db);
}

/** Whether a package has the words that a match asks for. */
export function hasWords(db: Kysely<Tables>, match: string): RawBuilder<boolean> {
  if (dialectOf(db) === 'sqlite') return sql<boolean>`npm_words MATCH ${match}`;
  return sql<boolean>`npm_words.words @@ ${queryOf(match)}::tsquery`;
}

/** The smaller, the better it matches. */
export function rankOf(db: Kysely<Tables>, match: string): RawBuilder<number> {
  if (dialectOf(db) === 'sqlite') return sql<number>`bm25(npm_words, ${sqliteWeights})`;
  // A word counts less in a long text.
  return sql<number>`-20 * ts_rank(${postgresWeights}::real[], npm_words.words, ${queryOf(match)}::tsquery, 1)`;
}

/** PostgreSQL counts places up to this one. */
const mostWords = 16_000;
const wordLength = 200;

function vectorOf(words: PackageWords): string {
  let place = 0;
  const entries = columns.flatMap(([column, letter]) =>
    (words[column].match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => {
      place += 1;
      return `'${plain(word)}':${place}${letter}`;
    }),
  );
  return entries
    .filter((entry) => !entry.startsWith("''"))
    .slice(0, mostWords)
    .join(' ');
}

/** Lower case, and without accents; nothing that means something to the database is left. */
function plain(word: string): string {
  return word
    .slice(0, wordLength)
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();
}

/** Words, the columns they are to be in, and what joins them: all that a match of ours is made of. */
const token = /"([^"]*)" \*|\{(\w+)\} : |AND|OR|[()]/g;

/** A match in the language of FTS5, in that of PostgreSQL. */
function queryOf(match: string): string {
  let [depth, letter, until] = [0, '', 0];
  const parts = Array.from(match.matchAll(token), ([part, word, column]) => {
    if (word !== undefined) return `'${plain(word) || '0'}':*${letter}`;
    if (column !== undefined) {
      [letter, until] = [columns.find(([name]) => name === column)?.[1] ?? '', depth];
      return '';
    }
    if (part === 'AND') return '&';
    if (part === 'OR') return '|';
    depth += part === '(' ? 1 : -1;
    if (part === ')' && depth === until) letter = '';
    return part;
  });
  return parts.filter(Boolean).join(' ');
}
