import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { httpModules } from '../../http/module.ts';
import { asksForWebSocket, type TakeUpgrade } from '../../http/upgrades.ts';
import { countedAs } from '../accounts/networks.ts';
import type { Askers } from '../reports/askers.ts';
import type { Listeners } from './listeners.ts';
import { liveOperations, livePath, liveQuery } from './message.ts';

export interface LiveModuleOptions {
  readonly listeners: Listeners;
  readonly takeUpgrade: TakeUpgrade;
  /** Where the pages are: those of another place may not listen. */
  readonly originOf: (request: FastifyRequest) => string;
  readonly askers: Pick<Askers, 'reader'>;
}

/** New reports, told to whoever listens and may read them. */
export function liveModule(options: LiveModuleOptions): PluginEntry {
  return {
    manifest: { id: 'live', version: '1.0.0' },
    plugin: definePlugin({
      onInit: (ctx) =>
        ctx.contribute(httpModules, {
          register: (app) => liveRoutes(app, options),
          operations: () => liveOperations,
        }),
    }),
  };
}

function liveRoutes(app: FastifyInstance, { listeners, takeUpgrade, originOf, askers }: LiveModuleOptions): void {
  app.get(livePath, { exposeHeadRoute: false }, async (request, reply) => {
    if (!asksForWebSocket(request.raw)) {
      void reply.header('upgrade', 'websocket');
      throw new ServerErrors.UPGRADE_REQUIRED({ path: livePath });
    }
    refuseOtherOrigins(request, originOf);
    const project = projectOf(request);
    const address = countedAs(request.ip);
    listeners.expectRoom(address);
    const account = await askers.reader(request);
    // Others may have come meanwhile.
    listeners.expectRoom(address);
    const upgrade = takeUpgrade(request.raw);
    if (upgrade === undefined) throw new ServerErrors.UPGRADE_REQUIRED({ path: livePath });
    void reply.hijack();
    listeners.accept(request.raw, upgrade, { address, project, account });
    return reply;
  });
}

/** A browser connects for any page, with the cookies of ours; programs name no origin. */
function refuseOtherOrigins(request: FastifyRequest, originOf: LiveModuleOptions['originOf']): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === originOf(request)) return;
  throw new ServerErrors.ORIGIN_REFUSED({ origin: origin.slice(0, 200) });
}

function projectOf({ query }: FastifyRequest): string | undefined {
  const { success, data, error } = liveQuery.safeParse(query);
  if (success) return data.project;
  throw new ServerErrors.INPUT_REFUSED({
    reason: `its query: ${error.issues[0]?.message.slice(0, 200) ?? 'malformed'}`,
  });
}
