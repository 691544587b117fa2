import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { accountPage } from './account-page.ts';
import type { IdentityModuleOptions } from './module.ts';
import { sendPage } from './send-page.ts';
import type { Visitor } from './web-sessions.ts';

/** The own account: browsers that are signed in, and tokens. */
export function accountRoutes(app: FastifyInstance, options: IdentityModuleOptions): void {
  const { accounts, visitors, forms, sessions, openId, cookies, entitlements } = options;
  const show = async (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, newToken?: string) => {
    const [list, tokens, identities, held = [], given = []] = await Promise.all([
      sessions.list(visitor),
      accounts.tokens(visitor),
      accounts.identities(visitor),
      entitlements?.held(visitor),
      entitlements?.given(visitor),
    ]);
    const field = forms.field(request, reply);
    return sendPage(
      reply,
      accountPage({
        field,
        visitor,
        sessions: list,
        tokens,
        identities,
        newToken,
        held,
        given,
        provider: openId?.label,
      }),
    );
  };
  /** A form of somebody who is signed in. */
  const sent = async (request: FastifyRequest) => {
    const fields = forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    return { fields, visitor };
  };

  app.get('/account', async (request, reply) => {
    const visitor = await visitors.orSignIn(request, reply);
    return visitor === undefined ? reply : show(request, reply, visitor);
  });
  app.post('/account/sessions', async (request, reply) => {
    const { fields, visitor } = await sent(request);
    const key = fields['key'] ?? '';
    await sessions.end(visitor, key === 'all' ? undefined : key);
    const isGone = key === 'all' || key === visitor.tokenKey;
    if (isGone) cookies.session.clear(reply);
    return reply.redirect(isGone ? '/sign-in' : '/account', 303);
  });
  app.post('/account/tokens', async (request, reply) => {
    const { fields, visitor } = await sent(request);
    const scope = fields['reads'] === 'yes' ? 'read' : 'publish';
    const asked = {
      name: (fields['name'] ?? '').slice(0, 100),
      scope,
      cidr: [],
      days: daysOf(fields['days']),
    } as const;
    const { token } = await accounts.issue(visitor, asked, request.ip);
    return show(request, reply, visitor, token);
  });
  app.post('/account/tokens/revoke', async (request, reply) => {
    const { fields, visitor } = await sent(request);
    await accounts.revoke(visitor, fields['key'] ?? '');
    return reply.redirect('/account', 303);
  });
}

function daysOf(given: string | undefined): number | undefined {
  return given === undefined || given === '' ? undefined : Number(given);
}
