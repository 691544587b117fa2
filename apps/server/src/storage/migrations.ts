import type { Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { downloadsByMonth } from './download-tables.ts';
import { entitlements } from './entitlement-tables.ts';
import { identity, openIdFlowsByEnd } from './identity-tables.ts';
import { listingOrders, marketplace, paidListings } from './marketplace-tables.ts';
import { accounts, npmPackages, restrictedPackages } from './registry-tables.ts';
import { rights } from './rights-tables.ts';
import { secondFactors } from './second-factor-tables.ts';
import { flagVersions, schemaLog } from './served-tables.ts';
import { archiveObjects, reportNotices, sharedParts } from './shared-tables.ts';

/** Every change of the tables, in order; a released one is never edited. */
const migrations: Record<string, Migration> = {
  '0001_projects_and_reports': {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema
        .createTable('projects')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull().unique())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('reports')
        .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('project_id', 'integer', (column) => column.notNull().references('projects.id'))
        .addColumn('received_at', 'text', (column) => column.notNull())
        .addColumn('sent_by', 'text', (column) => column.notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('overall', 'integer')
        .addColumn('errors', 'integer', (column) => column.notNull())
        .addColumn('warnings', 'integer', (column) => column.notNull())
        .addColumn('infos', 'integer', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('reports_by_project').on('reports').columns(['project_id', 'sequence']).execute();
    },
  },
  '0002_accounts': accounts,
  '0003_npm_packages': npmPackages,
  '0004_flag_versions': flagVersions,
  '0005_schema_log': schemaLog,
  '0006_marketplace': marketplace,
  '0007_restricted_packages': restrictedPackages,
  '0009_shared_parts': sharedParts,
  '0010_identity': identity,
  '0011_report_notices': reportNotices,
  '0012_archive_objects': archiveObjects,
  '0013_rights': rights,
  '0014_entitlements': entitlements,
  '0015_downloads_by_month': downloadsByMonth,
  '0017_listing_orders': listingOrders,
  '0018_second_factors': secondFactors,
  '0019_paid_listings': paidListings,
  '0020_openid_flows_by_end': openIdFlowsByEnd,
};

export const migrationProvider: MigrationProvider = { getMigrations: () => Promise.resolve(migrations) };
