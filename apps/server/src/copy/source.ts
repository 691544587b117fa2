import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** A table as the source describes it. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

export type CopiedRow = Readonly<Record<string, SQLOutputValue>>;

/** A database of SQLite that is read as it was at one moment. */
export interface CopySource extends Disposable {
  /** What others refer to comes before them. */
  readonly tables: readonly CopiedTable[];
  rows(table: CopiedTable): Iterable<CopiedRow>;
  /** What is under these names in the archives: all that versions need. */
  archives(): readonly { readonly sha256: string; readonly bytes: number }[];
}

export function openCopySource(file: string): CopySource {
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec('BEGIN');
  return {
    tables: tablesOf(database),
    rows: ({ name, columns, key }) =>
      database.prepare(`SELECT ${quoted(columns)} FROM "${name}" ORDER BY ${quoted(key)}`).iterate(),
    archives: () =>
      database
        .prepare('SELECT DISTINCT sha256, bytes FROM npm_versions WHERE removed_at IS NULL ORDER BY sha256')
        .all() as unknown as readonly { readonly sha256: string; readonly bytes: number }[],
    [Symbol.dispose]: () => database.close(),
  };
}

function tablesOf(database: DatabaseSync): readonly CopiedTable[] {
  const all = database
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`)
    .all() as unknown as readonly { readonly name: string; readonly sql: string }[];
  const virtual = all.filter(({ sql }) => sql.startsWith('CREATE VIRTUAL')).map(({ name }) => name);
  // An index of words is made anew where it is needed, and the history of migrations is the other database's own.
  const isOwn = (name: string): boolean => virtual.some((each) => name === each || name.startsWith(`${each}_`));
  const names = all.map(({ name }) => name).filter((name) => !isOwn(name) && !name.startsWith('kysely_'));
  const sorted: string[] = [];
  const add = (name: string): void => {
    if (sorted.includes(name)) return;
    for (const { table } of database.prepare(`SELECT "table" FROM pragma_foreign_key_list(?)`).all(name)) {
      if (table !== name) add(String(table));
    }
    sorted.push(name);
  };
  names.forEach(add);
  return sorted.map((name) => describe(database, name));
}

function describe(database: DatabaseSync, name: string): CopiedTable {
  const columns = database.prepare('SELECT name, pk FROM pragma_table_info(?)').all(name);
  const key = columns
    .filter(({ pk }) => Number(pk) > 0)
    .toSorted((one, other) => Number(one['pk']) - Number(other['pk']));
  return {
    name,
    columns: columns.map((column) => String(column['name'])),
    key: key.map((each) => String(each['name'])),
  };
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

export interface RowDigest {
  add(table: CopiedTable, row: CopiedRow): void;
  result(): { readonly rows: number; readonly digest: string };
}

/** Counts rows, and tells whether they are the same as others: in order, each value with its kind. */
export function rowDigest(): RowDigest {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    add({ columns }, row) {
      rows += 1;
      hash.update(`${JSON.stringify(columns.map((column) => row[column] ?? null))}\n`);
    },
    result: () => ({ rows, digest: hash.digest('hex') }),
  };
}
