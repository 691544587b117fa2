import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { accountPage, type AccountPage } from './account-page.ts';
import type { IdentityModuleOptions } from './module.ts';
import { answerTo, shownTo } from './form-problems.ts';
import { sendPage } from './send-page.ts';
import type { TokenScope } from '../../storage/schema.ts';
import type { Visitor } from './web-sessions.ts';

/** The own account: browsers that are signed in, and tokens. */
export function accountRoutes(app: FastifyInstance, options: IdentityModuleOptions): void {
  const { accounts, visitors, forms, sessions, openId, cookies, entitlements, factors } = options;
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    visitor: Visitor,
    told: Pick<AccountPage, 'newToken' | 'problem'> = {},
  ) => {
    const [list, tokens, identities, hasPassword, factor, held = [], given = []] = await Promise.all([
      sessions.list(visitor),
      accounts.tokens(visitor),
      accounts.identities(visitor),
      accounts.hasPassword(visitor),
      factors.of(visitor),
      entitlements?.held(visitor),
      entitlements?.given(visitor),
    ]);
    const field = forms.field(request, reply);
    const lists = { sessions: list, tokens, identities, held, given, factor };
    return sendPage(reply, accountPage({ field, visitor, ...lists, ...told, hasPassword, provider: openId?.label }));
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
    const scope = scopeOf(fields['scope']);
    const asked = {
      name: (fields['name'] ?? '').slice(0, 100),
      scope,
      cidr: [],
      days: daysOf(fields['days']),
    };
    const { token } = await accounts.issue(visitor, asked, request.ip);
    return show(request, reply, visitor, { newToken: token });
  });
  app.post('/account/password', async (request, reply) => {
    const { fields, visitor } = await sent(request);
    const { old = '', wanted = '' } = fields;
    try {
      await accounts.changePassword(visitor, { old, wanted, revokesTokens: fields['revoke'] === 'yes' }, request.ip);
    } catch (error) {
      return show(request, answerTo(error, reply), visitor, { problem: shownTo(error) });
    }
    await visitors.welcome(request, reply, visitor, { method: 'password' });
    return reply.redirect('/account', 303);
  });
  app.post('/account/tokens/revoke', async (request, reply) => {
    const { fields, visitor } = await sent(request);
    await accounts.revoke(visitor, fields['key'] ?? '');
    return reply.redirect('/account', 303);
  });
}

/** What is not known is read as the least. */
function scopeOf(given: string | undefined): TokenScope {
  return given === 'publish' || given === 'reports' ? given : 'read';
}

function daysOf(given: string | undefined): number | undefined {
  return given === undefined || given === '' ? undefined : Number(given);
}
