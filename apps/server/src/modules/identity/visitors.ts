import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CookieJar } from './cookies.ts';
import type { SignIn, Visitor, WebSessions } from './web-sessions.ts';

/** Who looks at pages. */
export interface Visitors {
  of(request: FastifyRequest): Promise<Visitor | undefined>;
  /** The visitor; somebody unknown is sent to sign in, and comes back after it. */
  orSignIn(request: FastifyRequest, reply: FastifyReply): Promise<Visitor | undefined>;
  /** Signs somebody in, in this browser. */
  welcome(
    request: FastifyRequest,
    reply: FastifyReply,
    account: { readonly id: number; readonly name: string },
    how: Pick<SignIn, 'method' | 'idToken'>,
  ): Promise<void>;
}

export function createVisitors(sessions: WebSessions, cookie: CookieJar): Visitors {
  const of = (request: FastifyRequest): Promise<Visitor | undefined> => sessions.of(cookie.read(request));
  return {
    of,
    async orSignIn(request, reply) {
      const visitor = await of(request);
      if (visitor === undefined) {
        await reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
      }
      return visitor;
    },
    async welcome(request, reply, account, how) {
      const before = cookie.read(request);
      const agent = request.headers['user-agent'] ?? '';
      const value = await sessions.start(account, { ...how, address: request.ip, agent, before });
      cookie.set(reply, value, sessions.lifeSeconds);
    },
  };
}
