import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import type { IdentityModuleOptions } from './module.ts';
import type { OpenId, OpenIdAnswer } from './openid.ts';
import { linkPage } from './pages.ts';
import { safeNext } from './places.ts';
import { sendPage } from './send-page.ts';

/** Where the provider sends people back to. */
const callbackPath = '/sign-in/openid/callback';

const stateSeconds = 600;

/** To a provider of OpenID Connect and back. */
export function openIdRoutes(app: FastifyInstance, options: IdentityModuleOptions & { readonly openId: OpenId }): void {
  const { visitors, forms, places, cookies, openId, audit } = options;
  const callbackOf = (request: FastifyRequest): string => `${places.originOf(request)}${callbackPath}`;

  app.get<{ Querystring: { readonly next?: unknown } }>('/sign-in/openid', async (request, reply) => {
    const next = safeNext(request.query.next);
    const asked = { address: request.ip, next, linkTo: undefined, callback: callbackOf(request) };
    const { url, state } = await openId.begin(asked);
    cookies.state.set(reply, state, stateSeconds);
    return reply.redirect(url, 303);
  });
  // A form begins it: else another site could have an account linked to somebody whom it has signed in at the provider.
  app.post('/account/link', async (request, reply) => {
    forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    const asked = { address: request.ip, next: '/account', linkTo: visitor.id, callback: callbackOf(request) };
    const { url, state } = await openId.begin(asked);
    cookies.state.set(reply, state, stateSeconds);
    // The policy of our pages lets no form lead to another site.
    return sendPage(reply, linkPage(openId.label, url));
  });
  app.get(callbackPath, async (request, reply) => {
    const state = cookies.state.read(request);
    cookies.state.clear(reply);
    const answer = new URL(request.url, places.originOf(request));
    try {
      const found = await openId.finish(answer, state);
      const account = await accountOf(request, found, options);
      await visitors.welcome(request, reply, account, { method: 'openid', idToken: found.idToken });
      return await reply.redirect(found.next, 303);
    } catch (error) {
      if (ServerErrors.IDENTITY_REFUSED.is(error) || ServerErrors.IDENTITY_NAME_TAKEN.is(error)) {
        await audit.record('sign-in refused', { code: error.code, reason: error.message, address: request.ip });
      }
      throw error;
    }
  });
}

async function accountOf(
  request: FastifyRequest,
  { identity, linkTo }: OpenIdAnswer,
  { accounts, visitors }: IdentityModuleOptions,
): Promise<{ readonly id: number; readonly name: string }> {
  if (linkTo === null) return accounts.recognise(identity, request.ip);
  const visitor = await visitors.of(request);
  if (visitor?.id !== linkTo) {
    throw new ServerErrors.IDENTITY_REFUSED({ reason: 'somebody else has signed in in this browser meanwhile' });
  }
  await accounts.link(visitor, identity);
  return visitor;
}
