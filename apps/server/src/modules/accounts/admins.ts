// There is always somebody who gives roles: the last admin who may sign in is neither disabled nor given another role.
import type { Kysely, Transaction } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

/**
 * Makes a change of an account, or takes it back. Of two that would end the last two admins at one moment one is made.
 *
 * @param named Who is an admin by the settings, whatever the store says.
 * @throws ServerErrors.LAST_ADMIN
 */
export function keepingAdmin(
  db: Kysely<Tables>,
  { name, named }: { readonly name: string; readonly named: readonly string[] },
  change: (open: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  return db.transaction().execute(async (open) => {
    await lock(open, 'admins');
    const before = await countAdmins(open, named);
    await change(open);
    if (before > 0 && (await countAdmins(open, named)) === 0) throw new ServerErrors.LAST_ADMIN({ name });
  });
}

async function countAdmins(db: Kysely<Tables>, named: readonly string[]): Promise<number> {
  const { count } = await db
    .selectFrom('accounts')
    .select((all) => all.fn.countAll<number>().as('count'))
    .where('disabled_at', 'is', null)
    .where((either) =>
      either.or([either('role', '=', 'admin'), ...(named.length > 0 ? [either('name', 'in', named)] : [])]),
    )
    .executeTakeFirstOrThrow();
  return count;
}
