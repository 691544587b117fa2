import type { SeaworthyError } from '@seaworthy/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import { requireStanding } from '../accounts/roles.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Forms } from '../identity/forms.ts';
import { resetPath } from '../identity/reset-routes.ts';
import type { Places } from '../identity/places.ts';
import { sendPage } from '../identity/send-page.ts';
import type { Visitors } from '../identity/visitors.ts';
import type { Visitor } from '../identity/web-sessions.ts';
import type { Certifications } from '../marketplace/certifications.ts';
import type { SecondFactors } from '../second-factor/service.ts';
import { adminAccountPage, type AdminAccountPage } from './account-page.ts';
import { accountHref, accountsPage, adminPage, adminPath, auditPage, ownerlessPage } from './pages.ts';
import * as schemas from './schemas.ts';
import type { Administration } from './service.ts';

export interface AdminPagesOptions {
  readonly administration: Administration;
  readonly accounts: Accounts;
  readonly visitors: Pick<Visitors, 'of' | 'orSignIn'>;
  readonly forms: Forms;
  readonly factors: SecondFactors;
  readonly places: Places;
  /** What waits for a decision. @default there are no packages */
  readonly certifications?: Pick<Certifications, 'queue'> | undefined;
}

type Named = { Params: { readonly name: string } };

const change = z.discriminatedUnion('change', [
  z.object({
    change: z.literal('role'),
    role: z.enum(['reader', 'publisher', 'maintainer', 'admin']),
    flagAdmin: z.literal('yes').optional(),
  }),
  z.object({ change: z.enum(['disable', 'enable', 'reset', 'end', 'factor']) }),
]);

type Change = z.output<typeof change>;

/** What an admin can correct is told on the page. */
const told = [
  ServerErrors.LAST_ADMIN,
  ServerErrors.ACCOUNT_STAYS,
  ServerErrors.ACCOUNT_INVALID,
  ServerErrors.ACCOUNT_DISABLED,
  ServerErrors.PASSWORD_ELSEWHERE,
  ServerErrors.SECOND_FACTOR_STAYS,
];

const queueSize = 100;

/** `/admin`, for admins. The application has to be one for pages of people. */
export function adminPages(app: FastifyInstance, options: AdminPagesOptions): void {
  const { administration, visitors, certifications } = options;
  /** Answers a page to an admin; others are refused by each question as well, and here before anything is read. */
  const shown = async (
    request: FastifyRequest,
    reply: FastifyReply,
    show: (by: Visitor) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    const visitor = await visitors.orSignIn(request, reply);
    if (visitor === undefined) return reply;
    requireStanding(visitor, 'administer');
    return show(visitor);
  };

  app.get(adminPath, (request, reply) =>
    shown(request, reply, async (by) => {
      const queue = await certifications?.queue(queueSize);
      return sendPage(reply, adminPage({ server: administration.server(by), queue }));
    }),
  );
  app.get(`${adminPath}/accounts`, (request, reply) =>
    shown(request, reply, async (by) => {
      const query = queryOf(schemas.accountQuery, request);
      return sendPage(reply, accountsPage(query, await administration.accounts(by, query)));
    }),
  );
  app.get(`${adminPath}/ownerless`, (request, reply) =>
    shown(request, reply, async (by) => sendPage(reply, ownerlessPage(await administration.ownerless(by)))),
  );
  app.get(`${adminPath}/audit`, (request, reply) =>
    shown(request, reply, async (by) => {
      const query = queryOf(schemas.auditQuery, request);
      const isAsked = (request.query as { readonly verify?: unknown }).verify === 'yes';
      const [found, report] = await Promise.all([
        administration.audit(by, query),
        isAsked ? administration.verifyAudit(by) : undefined,
      ]);
      return sendPage(reply, auditPage({ query, found, report }));
    }),
  );
  accountPages(app, options, shown);
}

type Shown = (
  request: FastifyRequest,
  reply: FastifyReply,
  show: (by: Visitor) => Promise<FastifyReply>,
) => Promise<FastifyReply>;

function accountPages(app: FastifyInstance, options: AdminPagesOptions, shown: Shown): void {
  const { administration, visitors, forms } = options;
  const path = `${adminPath}/accounts/:name`;
  const show = async (
    request: FastifyRequest<Named>,
    reply: FastifyReply,
    by: Visitor,
    more: Pick<AdminAccountPage, 'reset' | 'problem'> = {},
  ): Promise<FastifyReply> => {
    const account = await administration.account(by, request.params.name);
    return sendPage(reply, adminAccountPage({ account, field: forms.field(request, reply), ...more }));
  };
  app.get<Named>(path, (request, reply) => shown(request, reply, (by) => show(request, reply, by)));
  app.post<Named>(path, async (request, reply) => {
    const fields = forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    const { success, data } = change.safeParse(fields);
    if (!success) throw new ServerErrors.BAD_REQUEST({ reason: 'its form is not that of the page' });
    const { name } = request.params;
    try {
      const reset = await apply(options, data, { name, by: visitor, request });
      if (reset !== undefined) return await show(request, reply, visitor, { reset });
    } catch (error) {
      if (!told.some((each) => each.is(error))) throw error;
      const { message, meta } = error as SeaworthyError;
      return show(request, reply.code(meta.httpStatus ?? 422), visitor, { problem: message });
    }
    // Who has ended their own sign-ins, or given their role away, sees what others see.
    return reply.redirect(accountHref(name), 303);
  });
}

async function apply(
  { accounts, places, factors }: AdminPagesOptions,
  wanted: Change,
  { name, by, request }: { readonly name: string; readonly by: Visitor; readonly request: FastifyRequest },
): Promise<AdminAccountPage['reset']> {
  const { ip } = request;
  switch (wanted.change) {
    case 'role':
      await accounts.setRole(by, name, { role: wanted.role, flagAdmin: wanted.flagAdmin === 'yes' });
      return undefined;
    case 'reset': {
      const made = await accounts.createReset(by, name, ip);
      return { ...made, url: `${places.originOf(request)}${resetPath}?code=${made.code}` };
    }
    case 'factor':
      await factors.reset(by, name, ip);
      return undefined;
    case 'end':
      await accounts.endSignIns(by, name, ip);
      return undefined;
    default:
      await accounts.setDisabled(by, name, wanted.change === 'disable', ip);
      return undefined;
  }
}

/** A form sends fields that are empty; an address that means nothing asks for everything. */
function queryOf<Schema extends z.ZodType>(schema: Schema, { query }: FastifyRequest): z.output<Schema> {
  const given = Object.entries(query as Readonly<Record<string, unknown>>).filter(([, value]) => value !== '');
  const { success, data } = schema.safeParse(Object.fromEntries(given));
  return success ? data : schema.parse({});
}
