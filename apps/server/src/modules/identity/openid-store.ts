import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';

/** What is remembered of a browser that was sent to the provider. */
export interface OpenIdFlow {
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
  readonly linkTo: number | null;
}

export interface OpenIdFlowStore {
  add(flow: OpenIdFlow & { readonly hash: string; readonly expiresAt: string }, at: string): Promise<void>;
  /** Once: whoever takes it has it. Undefined when it is over. */
  take(hash: string, at: string): Promise<OpenIdFlow | undefined>;
}

export function createOpenIdFlowStore(db: Kysely<Tables>, { writes }: Pick<StorePipelines, 'writes'>): OpenIdFlowStore {
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    add: ({ hash, nonce, verifier, next, linkTo, expiresAt }, at) =>
      write(async () => {
        await db.deleteFrom('openid_flows').where('expires_at', '<=', at).execute();
        const row = { hash, nonce, verifier, next, link_to: linkTo, expires_at: expiresAt };
        await db.insertInto('openid_flows').values(row).execute();
      }),
    take: (hash, at) =>
      write(async () => {
        const found = await db
          .deleteFrom('openid_flows')
          .where('hash', '=', hash)
          .returning(['nonce', 'verifier', 'next', 'link_to as linkTo', 'expires_at as expiresAt'])
          .executeTakeFirst();
        if (found === undefined || found.expiresAt <= at) return undefined;
        const { expiresAt: _over, ...flow } = found;
        return flow;
      }),
  };
}
