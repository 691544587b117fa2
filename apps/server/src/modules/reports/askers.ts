import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { tokenMatcher } from '../../http/token.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Visitors } from '../identity/visitors.ts';
import { tokenOf } from '../registry/requests.ts';
import type { Sender } from './rights.ts';

/** Who asks for reports, and who sends them. */
export interface Askers {
  /** By a token, or as a browser that is signed in; undefined is everybody. @throws UNAUTHORIZED when a token is wrong */
  reader(request: FastifyRequest): Promise<Account | undefined>;
  /** By a token alone: what other sites can make a browser send changes nothing. @throws UNAUTHORIZED, TOKEN_ONLY_READS, ROLE_NEEDED */
  sender(request: FastifyRequest): Promise<Sender>;
  /** Whose token it is, of those that are not for reports alone. @throws UNAUTHORIZED, TOKEN_FOR_REPORTS */
  owner(request: FastifyRequest): Promise<Account>;
}

export interface AskersOptions {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  readonly visitors: Pick<Visitors, 'of'>;
  /** Whoever has it may send to every project. Without one anybody may, to projects without an owner. */
  readonly pushToken: string | undefined;
}

export function createAskers({ accounts, visitors, pushToken }: AskersOptions): Askers {
  const isPushToken = tokenMatcher(pushToken);
  return {
    async reader(request) {
      const token = tokenOf(request);
      if (token === undefined) return visitors.of(request);
      // It is for sending, and says nothing of who reads.
      return isPushToken(token) ? undefined : accounts.authenticate(token, request.ip, 'reports');
    },
    async sender(request) {
      const token = tokenOf(request);
      if (token === undefined && pushToken === undefined) return 'anybody';
      if (token === undefined) throw new ServerErrors.UNAUTHORIZED();
      if (isPushToken(token)) return 'push token';
      const account = await accounts.authenticate(token, request.ip, 'reports');
      requireRight(account, 'report');
      const { id, name, role } = account;
      return { id, name, role, mayLikeAnybody: pushToken === undefined };
    },
    owner: (request) => accounts.authenticate(tokenOf(request), request.ip),
  };
}
