import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { answerTo, shownTo } from './form-problems.ts';
import type { IdentityModuleOptions } from './module.ts';
import { codePage, registerPage, signedOutPage, signInPage } from './pages.ts';
import { safeNext } from './places.ts';
import { sendPage } from './send-page.ts';

/** Signing in with name and password, making an account, and signing out. */
export function signInRoutes(app: FastifyInstance, options: IdentityModuleOptions): void {
  const { accounts, visitors, forms, openId, factors, tickets } = options;
  const ask = (request: FastifyRequest, reply: FastifyReply, next: string, again: Again = {}): FastifyReply => {
    const parts = { field: forms.field(request, reply), next, ...again };
    return sendPage(reply, signInPage({ ...parts, provider: openId?.label, isOpen: accounts.isOpen }));
  };
  app.get<NextQuery>('/sign-in', async (request, reply) => {
    const next = safeNext(request.query.next);
    if ((await visitors.of(request)) !== undefined) return reply.redirect(next, 303);
    return ask(request, reply, next);
  });
  app.post('/sign-in', async (request, reply) => {
    const { name = '', password = '', next } = forms.read(request);
    try {
      const account = await accounts.identify({ name, password }, request.ip);
      const method = account.isOfDirectory ? 'ldap' : 'password';
      if (await factors.isNeeded(account)) {
        const ticket = await tickets.issue({ id: account.id, name: account.name, method });
        const field = forms.field(request, reply);
        return sendPage(reply, codePage({ field, next: safeNext(next), ticket }));
      }
      await visitors.welcome(request, reply, account, { method });
    } catch (error) {
      return ask(request, answerTo(error, reply), safeNext(next), { problem: shownTo(error), name });
    }
    return reply.redirect(safeNext(next), 303);
  });
  codeRoute(app, options);
  registerRoutes(app, options);
  signOutRoute(app, options);
}

/** The second half of signing in, for who has an authenticator. */
function codeRoute(app: FastifyInstance, { visitors, forms, factors, tickets }: IdentityModuleOptions): void {
  app.post('/sign-in/code', async (request, reply) => {
    const { ticket = '', code, next } = forms.read(request);
    const account = await tickets.read(ticket);
    if (account === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'the password was given too long ago' });
    try {
      await factors.expect(account, { code, address: request.ip });
    } catch (error) {
      const field = forms.field(request, answerTo(error, reply));
      return sendPage(reply, codePage({ field, next: safeNext(next), ticket, problem: shownTo(error) }));
    }
    await visitors.welcome(request, reply, account, { method: account.method });
    return reply.redirect(safeNext(next), 303);
  });
}

interface Again {
  readonly problem?: string;
  readonly name?: string;
}

interface NextQuery {
  Querystring: { readonly next?: unknown };
}

function registerRoutes(app: FastifyInstance, { accounts, visitors, forms }: IdentityModuleOptions): void {
  if (!accounts.isOpen) return;
  app.get<NextQuery>('/register', async (request, reply) => {
    const next = safeNext(request.query.next);
    return sendPage(reply, registerPage({ field: forms.field(request, reply), next }));
  });
  app.post('/register', async (request, reply) => {
    const { name = '', email = '', password = '', next } = forms.read(request);
    try {
      const account = await accounts.register({ name, email, password }, request.ip);
      await visitors.welcome(request, reply, account, { method: 'password' });
    } catch (error) {
      const problem = shownTo(error);
      const field = forms.field(request, answerTo(error, reply));
      return sendPage(reply, registerPage({ field, next: safeNext(next), problem, name, email }));
    }
    return reply.redirect(safeNext(next), 303);
  });
}

function signOutRoute(app: FastifyInstance, options: IdentityModuleOptions): void {
  const { visitors, forms, sessions, openId, places, cookies } = options;
  app.post('/sign-out', async (request, reply) => {
    forms.read(request);
    const visitor = await visitors.of(request);
    cookies.session.clear(reply);
    if (visitor === undefined) return sendPage(reply, signedOutPage(undefined));
    await sessions.end(visitor, visitor.tokenKey);
    const { idToken } = visitor;
    const there = idToken === null ? undefined : await openId?.endUrl(idToken, `${places.originOf(request)}/sign-in`);
    return sendPage(reply, signedOutPage(there));
  });
}
