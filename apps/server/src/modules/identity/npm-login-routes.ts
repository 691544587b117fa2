import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import { baseOf, readJson } from '../registry/requests.ts';
import type { NpmLogins } from './npm-logins.ts';
import type { Places } from './places.ts';

export interface NpmLoginRoutesOptions {
  readonly npmLogins: NpmLogins;
  readonly places: Places;
  /** Where npm finds the registry, if not where it asks. */
  readonly publicUrl: string | undefined;
}

const asker = z.object({ hostname: z.string().max(500).default('') });

/** How long npm waits between two questions, in seconds. */
const pauseSeconds = '1';

/** `npm login` with a browser, as part of the registry. */
export function npmLoginRoutes(app: FastifyInstance, { npmLogins, places, publicUrl }: NpmLoginRoutesOptions): void {
  app.post('/-/v1/login', async (request) => {
    const { success, data } = asker.safeParse(await readJson(request));
    if (!success) throw new ServerErrors.BAD_REQUEST({ reason: 'its body is not what npm login sends' });
    const hostname = data.hostname.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 100);
    const { pageCode, doneCode } = await npmLogins.start({ address: request.ip, hostname });
    return {
      loginUrl: `${places.originOf(request)}/sign-in/npm?code=${pageCode}`,
      // In the query, which no log keeps.
      doneUrl: `${baseOf(request, publicUrl)}/-/v1/done?code=${doneCode}`,
    };
  });
  app.get<{ Querystring: { readonly code?: unknown } }>('/-/v1/done', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const { code } = request.query;
    if (typeof code !== 'string') throw new ServerErrors.NPM_LOGIN_OVER();
    const token = await npmLogins.fetch(code, request.ip);
    if (token === undefined) return reply.code(202).header('retry-after', pauseSeconds).send({});
    return { token };
  });
}
