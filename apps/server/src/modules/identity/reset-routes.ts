import type { FastifyInstance } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { answerTo, shownTo } from './form-problems.ts';
import type { IdentityModuleOptions } from './module.ts';
import { resetPage } from './pages.ts';
import { sendPage } from './send-page.ts';

/** Where somebody sets a password with the code of an admin. The code is in the query, which no log keeps. */
export const resetPath = '/reset';

export function resetRoutes(app: FastifyInstance, { accounts, forms }: IdentityModuleOptions): void {
  app.get<{ Querystring: { readonly code?: unknown } }>(resetPath, async (request, reply) => {
    const { code } = request.query;
    if (typeof code !== 'string') throw new ServerErrors.RESET_OVER();
    const name = await accounts.findReset(code);
    return sendPage(reply, resetPage({ field: forms.field(request, reply), code, name }));
  });
  app.post(resetPath, async (request, reply) => {
    const { code = '', wanted = '', revoke } = forms.read(request);
    try {
      await accounts.useReset(code, { wanted, revokesTokens: revoke === 'yes' }, request.ip);
    } catch (error) {
      const problem = shownTo(error);
      const name = await accounts.findReset(code);
      const field = forms.field(request, answerTo(error, reply));
      return sendPage(reply, resetPage({ field, code, name, problem }));
    }
    return reply.redirect('/sign-in', 303);
  });
}
