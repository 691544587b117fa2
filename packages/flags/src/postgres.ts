export { postgres } from './sources/postgres.ts';
export type { PgAnnouncement, PgConnection, PgPool, PostgresOptions, PostgresSource } from './sources/postgres.ts';
export type { PublishedSource, PublishOptions } from './sources/publish.ts';
