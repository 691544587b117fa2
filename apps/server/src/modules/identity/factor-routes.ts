import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import { factorPage, factorPath, type FactorPage } from './factor-page.ts';
import { answerTo, shownTo } from './form-problems.ts';
import type { IdentityModuleOptions } from './module.ts';
import { sendPage } from './send-page.ts';
import type { Visitor } from './web-sessions.ts';

const mode = z.enum(['auth-only', 'auth-and-writes']);
const code = z.string().max(100);

const change = z.discriminatedUnion('change', [
  z.object({ change: z.literal('begin'), mode, password: z.string().max(1_000).default('') }),
  z.object({ change: z.literal('confirm'), code }),
  z.object({ change: z.literal('mode'), mode, code }),
  z.object({ change: z.literal('end'), code }),
]);

type Told = Pick<FactorPage, 'secret' | 'recoveryCodes' | 'problem'>;

/** `/account/second-factor`. */
export function factorRoutes(app: FastifyInstance, options: IdentityModuleOptions): void {
  const { accounts, factors, visitors, forms } = options;
  const show = async (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, told: Told = {}) => {
    const [factor, hasPassword] = await Promise.all([factors.of(visitor), accounts.hasPassword(visitor)]);
    return sendPage(reply, factorPage({ field: forms.field(request, reply), factor, hasPassword, ...told }));
  };
  app.get(factorPath, async (request, reply) => {
    const visitor = await visitors.orSignIn(request, reply);
    return visitor === undefined ? reply : show(request, reply, visitor);
  });
  app.post(factorPath, async (request, reply) => {
    const fields = forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    const { success, data } = change.safeParse(fields);
    if (!success) throw new ServerErrors.BAD_REQUEST({ reason: 'its form is not that of the page' });
    try {
      return await show(request, reply, visitor, await apply(options, data, { visitor, request }));
    } catch (error) {
      return show(request, answerTo(error, reply), visitor, { problem: shownTo(error) });
    }
  });
}

async function apply(
  { accounts, factors, places }: IdentityModuleOptions,
  wanted: z.output<typeof change>,
  { visitor, request }: { readonly visitor: Visitor; readonly request: FastifyRequest },
): Promise<Told> {
  const { ip: address } = request;
  switch (wanted.change) {
    case 'begin': {
      // A browser that somebody has left open is not enough to lock its owner out.
      if (await accounts.hasPassword(visitor)) {
        await accounts.identify({ name: visitor.name, password: wanted.password }, address);
      }
      const { host: issuer } = new URL(places.originOf(request));
      return { secret: await factors.begin(visitor, { mode: wanted.mode, issuer }) };
    }
    case 'confirm':
      return { recoveryCodes: await factors.confirm(visitor, { code: wanted.code, address }) };
    case 'mode':
      await factors.setMode(visitor, wanted.mode, { code: wanted.code, address });
      return {};
    default:
      await factors.end(visitor, { code: wanted.code, address });
      return {};
  }
}
