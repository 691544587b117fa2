import { ServerErrors } from '../../errors.ts';
import type { Watch } from '../../jobs.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Asker, Packages } from '../registry/service.ts';
import type { Catalogue } from './catalogue.ts';
import {
  findCertification,
  listCertifications,
  moveCertification,
  openStates,
  stepsOf,
  submitCertification,
  type Certification,
  type CertificationStep,
  type CheckResult,
  type Transition,
} from './certification-store.ts';
import { createCertifier, type Certifier, type CertifierLogger } from './certifier.ts';
import { checkCandidate, type Candidate } from './checks.ts';
import { keysOfOwners } from './namespaces-store.ts';
import type { MarketStore } from './store.ts';

export interface CertificationHistory extends Certification {
  readonly steps: readonly CertificationStep[];
}

export interface Decision {
  readonly outcome: 'certified' | 'refused' | 'revoked';
  readonly reasons: readonly string[];
}

/** submitted → checking → in-review → certified or refused; withdrawn by an owner, revoked by a maintainer. */
export interface Certifications {
  /** @throws NOT_AN_OWNER, VERSION_UNKNOWN, CERTIFICATION_OPEN */
  submit(
    name: string,
    submission: { version: string; envelopes: readonly unknown[] },
    by: Account,
  ): Promise<Certification>;
  /** Newest first. @throws PACKAGE_UNKNOWN */
  of(name: string, asker: Asker): Promise<readonly Certification[]>;
  /** What is to be decided, oldest first; of public packages only. */
  queue(size: number): Promise<readonly Certification[]>;
  /** @throws CERTIFICATION_UNKNOWN */
  open(id: number, asker: Asker): Promise<CertificationHistory>;
  /** @throws ROLE_NEEDED, CERTIFICATION_UNKNOWN, CERTIFICATION_STATE, INPUT_REFUSED */
  decide(id: number, decision: Decision, by: Account): Promise<CertificationHistory>;
  /** @throws NOT_AN_OWNER, CERTIFICATION_UNKNOWN, CERTIFICATION_STATE */
  withdraw(id: number, by: Account): Promise<CertificationHistory>;
}

/** What people do, and the job that works for them. */
export interface CertificationParts {
  readonly certifications: Certifications;
  readonly job: Certifier;
}

/** The newest readiness report of a project, if there is one of this version. */
export type FindReport = (project: string, version: string) => Promise<Candidate['report']>;

export interface CertificationsOptions {
  readonly store: MarketStore;
  readonly packages: Packages;
  readonly catalogue: Catalogue;
  readonly audit: AuditTrail;
  readonly findReport: FindReport;
  readonly logger: CertifierLogger;
  /** Whether other instances check as well. @default false */
  readonly isShared?: boolean;
  /** Runs each check. @default it is run */
  readonly watchChecks?: Watch;
  readonly now: () => Date;
}

export function createCertifications(options: CertificationsOptions): CertificationParts {
  const { store, packages, catalogue, audit, logger, now, watchChecks = (work) => work() } = options;
  const at = (): string => now().toISOString();
  const move = (transition: Omit<Transition, 'at'>) =>
    store.write((db) => moveCertification(db, { ...transition, at: at() }));
  const job = createCertifier({
    logger,
    now,
    isShared: options.isShared ?? false,
    check: (certification, signal) => watchChecks(() => check(options, certification, signal)),
    store: {
      checking: () =>
        store.read((db) => listCertifications(db, { states: ['checking'], order: 'oldest', size: 1_000 })),
      nextSubmitted: async () =>
        (await store.read((db) => listCertifications(db, { states: ['submitted'], order: 'oldest', size: 1 })))[0],
      move: async (transition) => (await move(transition)) === 'moved',
    },
  });
  const open = async (id: number, asker: Asker): Promise<CertificationHistory> => {
    const found = await store.read((db) => findCertification(db, id));
    if (found === undefined) throw new ServerErrors.CERTIFICATION_UNKNOWN({ id });
    // Nobody hears of a package that is not shown to him.
    await packages.find(found.package, asker);
    return { ...found, steps: await store.read((db) => stepsOf(db, id)) };
  };
  const moveOn = async (transition: Omit<Transition, 'at'>, by: Account): Promise<CertificationHistory> => {
    const { id, to, reasons = [] } = transition;
    // First: what is not shown to somebody, he does not move.
    const { package: name, version } = await open(id, by);
    const outcome = await move(transition);
    if (outcome === undefined) throw new ServerErrors.CERTIFICATION_UNKNOWN({ id });
    if (outcome !== 'moved') throw new ServerErrors.CERTIFICATION_STATE({ id, state: outcome, wanted: to });
    await audit.record(`certification ${to}`, { account: by.name, certification: id, package: name, version, reasons });
    return open(id, by);
  };
  const requireOwner = async (name: string, by: Account): Promise<void> => {
    const { owners } = await packages.find(name, by);
    if (!owners.includes(by.name)) throw new ServerErrors.NOT_AN_OWNER({ account: by.name, name });
  };
  const certifications: Certifications = {
    open,
    async submit(name, { version, envelopes }, by) {
      requireRight(by, 'publish');
      await requireOwner(name, by);
      const { archives } = await packages.find(name, by);
      if (!archives.has(version)) throw new ServerErrors.VERSION_UNKNOWN({ name, version });
      const packageId = await catalogue.idOf(name, by);
      const submission = { packageId, version, accountId: by.id, account: by.name, envelopes, at: at() };
      const { id, existing } = await store.write((db) => submitCertification(db, submission));
      if (existing !== undefined) throw new ServerErrors.CERTIFICATION_OPEN({ name, version, id, state: existing });
      await audit.record('certification submitted', { account: by.name, certification: id, package: name, version });
      job.wake();
      return open(id, by);
    },
    async of(name, asker) {
      const packageId = await catalogue.idOf(name, asker);
      return store.readStale((db) => listCertifications(db, { packageId, order: 'newest', size: 100 }));
    },
    queue: (size) =>
      store.readStale((db) => listCertifications(db, { states: openStates, onlyPublic: true, order: 'oldest', size })),
    async decide(id, { outcome, reasons }, by) {
      requireRight(by, 'certify');
      if (outcome !== 'certified' && reasons.length === 0) {
        throw new ServerErrors.INPUT_REFUSED({
          reason: `whoever hears that it is ${outcome} has to hear why: give reasons`,
        });
      }
      return moveOn({ id, to: outcome, by: by.name, note: reasons.join('; '), reasons }, by);
    },
    async withdraw(id, by) {
      requireRight(by, 'publish');
      const { package: name } = await open(id, by);
      await requireOwner(name, by);
      return moveOn({ id, to: 'withdrawn', by: by.name, note: '' }, by);
    },
  };
  return { certifications, job };
}

async function check(
  { store, packages, findReport }: CertificationsOptions,
  { package: name, packageId, version, envelopes }: Certification,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const stored = await store.read((db) =>
    db
      .selectFrom('npm_versions')
      .select(['sha256', 'bytes', 'manifest'])
      .where('package_id', '=', packageId)
      .where('version', '=', version)
      .where('removed_at', 'is', null)
      .executeTakeFirst(),
  );
  if (stored === undefined) {
    return [{ name: 'archive', outcome: 'failed', detail: 'the version was unpublished', findings: [] }];
  }
  const { license, dist } = JSON.parse(stored.manifest) as { license?: unknown; dist: { integrity: string } };
  const keys = await store.read((db) => keysOfOwners(db, packageId));
  const bytes = await packages.open(stored);
  const candidate: Candidate = {
    name,
    version,
    archive: Buffer.isBuffer(bytes) ? oneChunk(bytes) : bytes,
    integrity: dist.integrity,
    license: typeof license === 'string' ? license : '',
    envelopes,
    keys: keys.map(({ key }) => key),
    report: await findReport(name, version),
  };
  return checkCandidate(candidate, signal);
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
