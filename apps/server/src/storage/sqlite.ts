import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

const cachedStatements = 200;

/**
 * Opens a database of `node:sqlite` in write-ahead mode, in the shape that Kysely's own SQLite dialect drives.
 * A statement waits `busyTimeoutMs` for another process that holds the lock.
 */
export function openSqlite(file: string, busyTimeoutMs: number): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    // NORMAL in write-ahead mode survives a crash of the process; only a power cut can lose the newest commits,
    // so FULL, until `wal-sync.ts` does it: a report that was acknowledged stays.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = sql === 'rollback' ? rollback(database) : adapt(database.prepare(sql));
      if (statements.size >= cachedStatements) statements.delete(statements.keys().next().value as string);
      statements.set(sql, statement);
      return statement;
    },
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  const bind = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  };
}

/** Where the disk is full SQLite rolls back by itself; doing it again would fail, and hide why. */
function rollback(database: DatabaseSync): SqliteStatement {
  const statement = adapt(database.prepare('rollback'));
  const run: SqliteStatement['run'] = (parameters) =>
    database.isTransaction ? statement.run(parameters) : { changes: 0, lastInsertRowid: 0 };
  return { ...statement, run };
}

/** True when the store cannot answer now but may later: locked, full, or a failing disk. */
export function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  // The low byte is SQLite's primary result code: 5 BUSY, 6 LOCKED, 8 READONLY, 10 IOERR, 13 FULL, 14 CANTOPEN.
  return [5, 6, 8, 10, 13, 14].includes(error.errcode & 0xff);
}
