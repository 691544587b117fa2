// Forms of pages, and that they were sent by our pages.
// (1) A form has a token that is made of a cookie which other sites can neither read nor set; without it nothing is done.
// (2) A browser that says that the form came from another site is believed.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { html, type Html } from '../web/html.ts';
import type { CookieJar } from './cookies.ts';

/** A form of a page has some short fields. */
const formBytes = 16_384;

/** How long a page with a form may stay open, in seconds. */
const formSeconds = 86_400;

export interface Forms {
  /** The field for a form; gives the browser the cookie that belongs to it, unless it has one. */
  field(request: FastifyRequest, reply: FastifyReply): Html;
  /** The fields of a form that was sent. @throws FORM_REFUSED, BAD_REQUEST */
  read(request: FastifyRequest): Readonly<Record<string, string>>;
}

export interface FormsOptions {
  readonly session: CookieJar;
  /** For browsers without a session. */
  readonly visitor: CookieJar;
  readonly originOf: (request: FastifyRequest) => string;
}

export function createForms({ session, visitor, originOf }: FormsOptions): Forms {
  // A session changes at each sign-in, and the token with it.
  const secretOf = (request: FastifyRequest): string | undefined => session.read(request) ?? visitor.read(request);
  return {
    field(request, reply) {
      let secret = secretOf(request);
      if (secret === undefined) {
        secret = randomBytes(32).toString('base64url');
        visitor.set(reply, secret, formSeconds);
      }
      return html`<input type="hidden" name="form" value="${tokenOf(secret).toString('base64url')}" />`;
    },
    read(request) {
      const { origin, 'sec-fetch-site': site } = request.headers;
      if (origin !== undefined && origin !== originOf(request)) throw refused('it comes from another site');
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused('it comes from another site');
      const fields = fieldsOf(request);
      const secret = secretOf(request);
      const given = Buffer.from(fields['form'] ?? '', 'base64url');
      if (secret === undefined) throw refused('the browser sent no cookie with it');
      const expected = tokenOf(secret);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw refused('its page is from before the last sign-in');
      }
      return fields;
    },
  };
}

function refused(reason: string): Error {
  return new ServerErrors.FORM_REFUSED({ reason });
}

function tokenOf(secret: string): Buffer {
  return createHash('sha256').update(`form ${secret}`).digest();
}

/** A part of the application with pages that are somebody's: they are kept nowhere, and their forms are read. */
export function pagesOfPeople(app: FastifyInstance): void {
  acceptForms(app);
  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      'cache-control': 'no-store',
      // Without it browsers call the origin of our own forms `null`.
      'referrer-policy': 'same-origin',
    });
  });
}

/** Reads forms in this part of the application, and nothing else. */
function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parser = { parseAs: 'string', bodyLimit: formBytes } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', parser, (_request, body, done) => done(null, body));
}

/** Each field once: of two with one name it is not for us to choose. */
function fieldsOf({ body }: FastifyRequest): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(typeof body === 'string' ? body : '')) {
    if (name in fields) throw new ServerErrors.BAD_REQUEST({ reason: 'a field of its form is there twice' });
    fields[name] = value;
  }
  return fields;
}
