import type { SeaworthyError } from '@seaworthy/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import { pagesOfPeople, type Forms } from '../identity/forms.ts';
import type { Visitors } from '../identity/visitors.ts';
import type { ProjectRights } from '../reports/access.ts';
import { projectRoles, visibilities } from '../reports/rights.ts';
import { accessHref, accessPage } from './access-page.ts';

export interface SharingOptions {
  readonly rights: ProjectRights;
  readonly visitors: Pick<Visitors, 'of' | 'orSignIn'>;
  readonly forms: Forms;
  readonly audit: AuditTrail;
}

type Named = FastifyRequest<{ Params: { readonly name: string } }>;

const change = z.discriminatedUnion('change', [
  z.object({ change: z.literal('visibility'), visibility: z.enum(visibilities) }),
  z.object({ change: z.literal('member'), account: z.string(), role: z.enum(projectRoles) }),
  z.object({ change: z.literal('remove'), account: z.string() }),
]);

/** `/projects/<name>/access`, for the owners of a project and admins. */
export function accessPages(app: FastifyInstance, options: SharingOptions): void {
  void app.register((scope, _options, done) => {
    pagesOfPeople(scope);
    auditRefusals(scope, options.audit);
    routes(scope, options);
    done();
  });
}

function routes(app: FastifyInstance, { rights, visitors, forms }: SharingOptions): void {
  const path = '/projects/:name/access';
  const show = async (request: Named, reply: FastifyReply, by: Account, problem?: string): Promise<FastifyReply> => {
    const { name } = request.params;
    const sharing = await rights.of(name, by);
    const markup = accessPage({ name, field: forms.field(request, reply), ...sharing, problem });
    return reply.type('text/html; charset=utf-8').send(markup.toString());
  };
  app.get<{ Params: { readonly name: string } }>(path, async (request, reply) => {
    const visitor = await visitors.orSignIn(request, reply);
    return visitor === undefined ? reply : show(request, reply, visitor);
  });
  app.post<{ Params: { readonly name: string } }>(path, async (request, reply) => {
    const fields = forms.read(request);
    const visitor = await visitors.of(request);
    if (visitor === undefined) throw new ServerErrors.FORM_REFUSED({ reason: 'nobody is signed in in this browser' });
    const { name } = request.params;
    try {
      await apply(rights, name, fields, visitor);
    } catch (error) {
      const isTold = ServerErrors.ACCOUNT_UNKNOWN.is(error) || ServerErrors.LAST_OWNER.is(error);
      if (!isTold) throw error;
      return show(request, reply.code(error.meta.httpStatus ?? 422), visitor, (error as SeaworthyError).message);
    }
    // Who has taken the role from themselves may not come back here.
    const next = (await rights.mayShare(name, visitor)) ? accessHref(name) : '/';
    return reply.redirect(next, 303);
  });
}

/** @throws BAD_REQUEST, and what keeps it from being changed */
function apply(
  rights: ProjectRights,
  project: string,
  fields: Readonly<Record<string, string>>,
  by: Account,
): Promise<void> {
  const { success, data } = change.safeParse(fields);
  if (!success) throw new ServerErrors.BAD_REQUEST({ reason: 'its form is not that of the page' });
  if (data.change === 'visibility') return rights.setVisibility(project, data.visibility, by);
  return rights.setMember(project, data.account, data.change === 'member' ? data.role : undefined, by);
}
