import type { FastifyInstance } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import type { IdentityModuleOptions } from './module.ts';
import { npmDecidedPage, npmLoginPage } from './pages.ts';
import { sendPage } from './send-page.ts';

/** The page that npm sends somebody to. */
export function npmPageRoutes(
  app: FastifyInstance,
  { visitors, forms, npmLogins }: Pick<IdentityModuleOptions, 'visitors' | 'forms' | 'npmLogins'>,
): void {
  app.get<{ Querystring: { readonly code?: unknown } }>('/sign-in/npm', async (request, reply) => {
    const { code } = request.query;
    const asked = typeof code === 'string' ? await npmLogins.waiting(code) : undefined;
    if (typeof code !== 'string' || asked === undefined) throw new ServerErrors.NPM_LOGIN_OVER();
    const visitor = await visitors.orSignIn(request, reply);
    if (visitor === undefined) return reply;
    return sendPage(reply, npmLoginPage({ field: forms.field(request, reply), code, visitor, ...asked }));
  });
  app.post('/sign-in/npm', async (request, reply) => {
    const { code = '', answer } = forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    await npmLogins.decide(code, visitor, answer === 'allow');
    return sendPage(reply, npmDecidedPage(answer === 'allow'));
  });
}
