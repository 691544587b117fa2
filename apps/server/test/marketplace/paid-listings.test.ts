import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { migrationProvider } from '../../src/storage/migrations.ts';
import type { Tables } from '../../src/storage/schema.ts';
import { openSqlite } from '../../src/storage/sqlite.ts';

test('what was paid before lists had a mark has one afterwards, and nothing else', async () => {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(':memory:', 1_000) }) });
  try {
    const migrator = new Migrator({ db, provider: migrationProvider });
    expect((await migrator.migrateTo('0018_second_factors')).error).toBeUndefined();
    for (const [name, paid] of [
      ['free', null],
      ['sold', '^2'],
    ] as const) {
      const times = { created_at: 'now', modified_at: 'now', removed_at: null };
      const { id } = await db
        .insertInto('npm_packages')
        .values({ name, revision: 1, access: 'public', readme: '', ...times, paid_versions: paid })
        .returning('id')
        .executeTakeFirstOrThrow();
      const texts = { name, version: '1.0.0', description: '', license: '', published_at: 'now' };
      const row = { package_id: id, ...texts, is_plugin: 0 };
      await db
        .insertInto('market_listings')
        .values(row as never)
        .execute();
    }
    expect((await migrator.migrateToLatest()).error).toBeUndefined();
    const listed = await db.selectFrom('market_listings').select(['name', 'paid_versions']).orderBy('name').execute();
    expect(listed).toEqual([
      { name: 'free', paid_versions: null },
      { name: 'sold', paid_versions: '^2' },
    ]);
  } finally {
    await db.destroy();
  }
});
