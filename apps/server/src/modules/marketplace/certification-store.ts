import type { Kysely } from 'kysely';
import type { CertificationState } from '../../storage/marketplace-schema.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';
import { refreshCertified } from './listing.ts';

/** What an automatic check found. */
export interface CheckResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'warned';
  readonly detail: string;
  readonly findings: readonly string[];
}

export interface CertificationStep {
  readonly at: string;
  readonly state: CertificationState;
  /** Empty when the server itself did it. */
  readonly by: string;
  readonly note: string;
}

export interface Certification {
  readonly id: number;
  readonly packageId: number;
  readonly package: string;
  readonly version: string;
  readonly state: CertificationState;
  readonly submittedBy: string;
  readonly envelopes: readonly unknown[];
  readonly checks: readonly CheckResult[];
  readonly reasons: readonly string[];
  readonly createdAt: string;
  readonly changedAt: string;
}

/** From which states each one is reached. A state that is not here begins. */
const before: Readonly<Record<CertificationState, readonly CertificationState[]>> = {
  // Again, when the server was stopped while it checked.
  submitted: ['checking'],
  checking: ['submitted'],
  'in-review': ['checking'],
  certified: ['in-review'],
  refused: ['checking', 'in-review'],
  withdrawn: ['submitted', 'checking', 'in-review'],
  revoked: ['certified'],
};

/** Those in which nothing is decided. */
export const openStates: readonly CertificationState[] = ['submitted', 'checking', 'in-review'];

export interface Transition {
  readonly id: number;
  readonly to: CertificationState;
  readonly at: string;
  readonly by: string;
  readonly note: string;
  readonly checks?: readonly CheckResult[];
  readonly reasons?: readonly string[];
}

/** Moves one on, and writes down that it did; answers with the state it had when that is not possible. */
export function moveCertification(
  db: Kysely<Tables>,
  { id, to, at, by, note, checks, reasons }: Transition,
): Promise<CertificationState | 'moved' | undefined> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `certification ${id}`);
    const found = await transaction
      .selectFrom('certifications')
      .select(['state', 'package_id as packageId'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (found === undefined) return undefined;
    if (!before[to].includes(found.state)) return found.state;
    await transaction
      .updateTable('certifications')
      .set({
        state: to,
        changed_at: at,
        ...(checks && { checks: JSON.stringify(checks) }),
        ...(reasons && { reasons: JSON.stringify(reasons) }),
      })
      .where('id', '=', id)
      .execute();
    await transaction
      .insertInto('certification_steps')
      .values({ certification_id: id, at, state: to, by_name: by, note })
      .execute();
    if (to === 'certified' || to === 'revoked') await refreshCertified(transaction, found.packageId);
    return 'moved';
  });
}

export interface Submission {
  readonly packageId: number;
  readonly version: string;
  readonly accountId: number;
  readonly account: string;
  readonly envelopes: readonly unknown[];
  readonly at: string;
}

/** Answers with the open or certified one of the same version instead, when there is one. */
export function submitCertification(
  db: Kysely<Tables>,
  { packageId, version, accountId, account, envelopes, at }: Submission,
): Promise<{ readonly id: number; readonly existing: CertificationState | undefined }> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `certifications of ${packageId}`);
    const known = await transaction
      .selectFrom('certifications')
      .select(['id', 'state'])
      .where('package_id', '=', packageId)
      .where('version', '=', version)
      .where('state', 'in', [...openStates, 'certified'])
      .executeTakeFirst();
    if (known !== undefined) return { id: known.id, existing: known.state };
    const texts = { envelopes: JSON.stringify(envelopes), checks: '[]', reasons: '[]' };
    const { id } = await transaction
      .insertInto('certifications')
      .values({
        package_id: packageId,
        version,
        account_id: accountId,
        state: 'submitted',
        ...texts,
        created_at: at,
        changed_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto('certification_steps')
      .values({ certification_id: id, at, state: 'submitted', by_name: account, note: '' })
      .execute();
    return { id, existing: undefined };
  });
}

export interface CertificationQuery {
  readonly packageId?: number | undefined;
  readonly states?: readonly CertificationState[] | undefined;
  /** Only those of public packages. */
  readonly onlyPublic?: boolean;
  readonly order: 'oldest' | 'newest';
  readonly size: number;
}

export async function listCertifications(
  db: Kysely<Tables>,
  { packageId, states, onlyPublic = false, order, size }: CertificationQuery,
): Promise<readonly Certification[]> {
  let query = joined(db);
  if (packageId !== undefined) query = query.where('certifications.package_id', '=', packageId);
  if (states !== undefined) query = query.where('state', 'in', states);
  if (onlyPublic) query = query.where('npm_packages.access', '=', 'public');
  const rows = await query
    .select(columns)
    .orderBy('certifications.id', order === 'oldest' ? 'asc' : 'desc')
    .limit(size)
    .execute();
  return rows.map(toCertification);
}

export async function findCertification(db: Kysely<Tables>, id: number): Promise<Certification | undefined> {
  const row = await joined(db).select(columns).where('certifications.id', '=', id).executeTakeFirst();
  return row && toCertification(row);
}

export function stepsOf(db: Kysely<Tables>, id: number): Promise<readonly CertificationStep[]> {
  return db
    .selectFrom('certification_steps')
    .select(['at', 'state', 'by_name as by', 'note'])
    .where('certification_id', '=', id)
    .orderBy('id')
    .execute();
}

const columns = [
  'certifications.id',
  'certifications.package_id as packageId',
  'npm_packages.name as package',
  'certifications.version',
  'state',
  'accounts.name as submittedBy',
  'envelopes',
  'checks',
  'reasons',
  'certifications.created_at as createdAt',
  'certifications.changed_at as changedAt',
] as const;

function joined(db: Kysely<Tables>) {
  return db
    .selectFrom('certifications')
    .innerJoin('npm_packages', 'npm_packages.id', 'certifications.package_id')
    .innerJoin('accounts', 'accounts.id', 'certifications.account_id');
}

type Row = Omit<Certification, 'envelopes' | 'checks' | 'reasons'> &
  Readonly<Record<'envelopes' | 'checks' | 'reasons', string>>;

function toCertification(row: Row): Certification {
  return {
    ...row,
    envelopes: JSON.parse(row.envelopes) as readonly unknown[],
    checks: JSON.parse(row.checks) as readonly CheckResult[],
    reasons: JSON.parse(row.reasons) as readonly string[],
  };
}
