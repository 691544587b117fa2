import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Asker } from '../registry/service.ts';
import type { Catalogue } from './catalogue.ts';
import { listReviews, moderateReview, putReview, removeReview, type StoredReview } from './reviews-store.ts';
import type { MarketStore } from './store.ts';

export interface ReviewText {
  /** 1 to 5. */
  readonly rating: number;
  readonly title: string;
  readonly body: string;
}

export interface Reviews {
  /** Newest first; hidden ones for maintainers only. @throws PACKAGE_UNKNOWN */
  list(
    name: string,
    range: { readonly size: number; readonly from: number },
    asker: (Asker & { readonly role?: string }) | undefined,
  ): Promise<{ total: number; found: readonly StoredReview[] }>;
  /** Writes or changes the one review that the account has of the package. @throws REVIEW_OF_OWN, PACKAGE_UNKNOWN */
  put(name: string, text: ReviewText, by: Account): Promise<StoredReview>;
  /** @throws REVIEW_UNKNOWN, PACKAGE_UNKNOWN */
  remove(name: string, by: Account): Promise<void>;
  /** @throws ROLE_NEEDED, REVIEW_UNKNOWN */
  moderate(id: number, change: { state: 'shown' | 'hidden'; reason: string }, by: Account): Promise<StoredReview>;
}

export interface ReviewsOptions {
  readonly store: MarketStore;
  readonly catalogue: Catalogue;
  readonly audit: AuditTrail;
  readonly now: () => Date;
}

export function createReviews({ store, catalogue, audit, now }: ReviewsOptions): Reviews {
  return {
    async list(name, range, asker) {
      const packageId = await catalogue.idOf(name, asker);
      const withHidden = asker?.role === 'maintainer' || asker?.role === 'admin';
      return store.readStale((db) => listReviews(db, { packageId, withHidden, ...range }));
    },
    async put(name, text, by) {
      requireRight(by, 'participate');
      const { id: packageId, owners, version } = await catalogue.detail(name, by);
      if (owners.includes(by.name)) throw new ServerErrors.REVIEW_OF_OWN({ account: by.name, name });
      const at = now().toISOString();
      return store.write((db) => putReview(db, { packageId, accountId: by.id, ...text, version, at }));
    },
    async remove(name, by) {
      requireRight(by, 'participate');
      const packageId = await catalogue.idOf(name, by);
      if (await store.write((db) => removeReview(db, packageId, by.id))) return;
      throw new ServerErrors.REVIEW_UNKNOWN({ id: `of ${by.name} for ${name}` });
    },
    async moderate(id, change, by) {
      requireRight(by, 'moderate');
      const changed = await store.write((db) => moderateReview(db, id, change));
      if (changed === undefined) throw new ServerErrors.REVIEW_UNKNOWN({ id: String(id) });
      const { package: name, account: author } = changed;
      await audit.record('review moderated', { account: by.name, review: id, package: name, author, ...change });
      return changed;
    },
  };
}
