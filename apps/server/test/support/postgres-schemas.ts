import { randomBytes } from 'node:crypto';
import { postgres, skipWithout, startPostgres, type PostgresServer } from '@seaworthy/test-services';
import pg from 'pg';
import type { TestContext } from 'vitest';

/** One PostgreSQL for the tests of a file, with an empty schema for each that asks for one. */
export interface PostgresSchemas extends AsyncDisposable {
  /** The address of a new schema; skips the test where there is no PostgreSQL. */
  create(context: Pick<TestContext, 'skip'>): Promise<string>;
}

export function postgresSchemas(): PostgresSchemas {
  let starting: Promise<PostgresServer> | undefined;
  const made: string[] = [];
  const ask = async (text: string): Promise<void> => {
    const client = new pg.Client((await (starting as Promise<PostgresServer>)).url);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  return {
    async create(context) {
      const location = skipWithout(context, postgres);
      starting ??= startPostgres(location);
      const name = `test_${randomBytes(6).toString('hex')}`;
      await ask(`CREATE SCHEMA ${name}`);
      made.push(name);
      return inSchema((await starting).url, name);
    },
    async [Symbol.asyncDispose]() {
      if (starting === undefined) return;
      for (const name of made) await ask(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
      await (await starting)[Symbol.asyncDispose]();
    },
  };
}

/** An address whose tables are in a schema of their own. */
function inSchema(url: string, schema: string): string {
  const address = new URL(url);
  address.searchParams.set('options', `-c search_path=${schema}`);
  return address.href.replaceAll('+', '%20');
}
