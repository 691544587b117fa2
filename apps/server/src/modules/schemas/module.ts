import { createSchemaServer } from '@seaworthy/schema-registry/http';
import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { httpModules } from '../../http/module.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { Html } from '../web/html.ts';
import { schemaOperations } from './operations.ts';
import { schemasPage, subjectPage } from './pages.ts';
import { prefix, schemaRoutes, type SchemaRoutesOptions } from './routes.ts';
import { servedSchemas, type ServedSchemas } from './served.ts';

export interface SchemasModuleOptions extends Omit<SchemaRoutesOptions, 'server'> {
  readonly audit: AuditTrail;
  /** Is given what is served, for whoever shows it too. */
  readonly onServed: (schemas: ServedSchemas) => void;
}

/** Versions on one page. */
const shown = 50;

/** `/schema-registry` in Confluent's protocol, and `/schemas` for people. */
export function schemasModule({ audit, onServed, ...options }: SchemasModuleOptions): PluginEntry {
  return {
    manifest: { id: 'schemas', version: '1.0.0' },
    plugin: definePlugin({
      onInit(ctx) {
        const server = createSchemaServer({ log: options.log, basePath: prefix });
        const served = servedSchemas(server);
        onServed(served);
        ctx.contribute(httpModules, {
          operations: () => schemaOperations,
          async register(app) {
            // A browser sends no token.
            if (options.everyoneReads) pages(app, served);
            await app.register((scope, _options, done) => {
              auditRefusals(scope, audit);
              schemaRoutes(scope, { ...options, server });
              done();
            });
          },
          // Clients of the protocol show `message`.
          addToProblem: ({ detail }, path) => (path.startsWith(`${prefix}/`) ? { message: detail } : {}),
        });
      },
    }),
  };
}

function pages(app: FastifyInstance, served: ServedSchemas): void {
  const send = (reply: FastifyReply, page: Html) => reply.type('text/html; charset=utf-8').send(page.toString());
  app.get('/schemas', async (_request, reply) => send(reply, schemasPage(await served.list())));
  app.get<{ Params: { subject: string } }>('/schemas/:subject', async ({ params: { subject } }, reply) => {
    const versions = await served.versions(subject, shown);
    if (versions !== undefined) return send(reply, subjectPage(subject, versions));
    throw new ServerErrors.SUBJECT_UNKNOWN({ subject: JSON.stringify(subject.slice(0, 80)) });
  });
}
