import { asksFor } from '../accept.ts';
import type { Call, Rendered } from '../call.ts';
import { ManagementErrors } from '../errors.ts';
import type { HealthView, LifecycleContributor } from '../contributors.ts';
import { render } from '../respond.ts';
import type { Answer, Query, Route } from '../route.ts';
import { component, healthJson, statusWord } from '../shapes.ts';
import { processDetails } from './process-details.ts';

const draftType = 'application/health+json';

/** `/health`, `/health/{group}` and the alias `/ready`: the status for everyone, the checks for those who may see values. */
export function healthRoutes(lifecycle: LifecycleContributor | undefined): readonly Route[] {
  const health: Route = {
    name: 'health',
    isOpen: true,
    below: ['{group}'],
    async read(query) {
      if (query.path.length > 1) return undefined;
      return lifecycle ? askHealth(lifecycle, query, query.path[0]) : answeringIsUp(query);
    },
  };
  if (!lifecycle) return [health];
  const ready: Route = {
    name: 'ready',
    isOpen: true,
    read: async (query) => (query.path.length > 0 ? undefined : askHealth(lifecycle, query, 'ready')),
  };
  return [health, ready];
}

/** What is answered for a main thread that does not: a probe asks whether it works, and it does not. */
export function renderStuckHealth({ endpoint, isTrusted, accept }: Call, waitedMs: number): Rendered {
  const error = `did not answer within ${waitedMs} ms`;
  const report: HealthView = { status: 'down', checks: [{ name: 'mainThread', status: 'down', error }] };
  return render(
    endpoint,
    answerOf(report, { isTrusted, accept }, (shown) => ({ components: componentsOf(shown) })),
    accept,
  );
}

/** Without a lifecycle all that is known is that this process answers. */
function answeringIsUp(query: Query): Answer | undefined {
  if (query.path.length > 0) return undefined;
  return answerOf({ status: 'up', checks: [] }, query, () => ({ components: {}, details: processDetails() }));
}

async function askHealth(
  { health }: LifecycleContributor,
  query: Query,
  group: string | undefined,
): Promise<Answer | undefined> {
  const groups = await query.ask('health', () => health.groups?.());
  if (group !== undefined && groups && !groups.includes(group)) return undefined;
  const startedAt = performance.now();
  const report = await query.ask('health', () => health.check(group));
  if (!isHealthView(report))
    throw new ManagementErrors.CONTRIBUTOR_UNREADABLE({ endpoint: 'health', problem: 'no report' });
  return answerOf(report, query, (shown) => ({
    components: componentsOf(shown),
    details: detailsOf(shown, performance.now() - startedAt),
    ...(group === undefined && groups && { groups }),
  }));
}

function answerOf(
  report: HealthView,
  { isTrusted, accept }: Pick<Query, 'isTrusted' | 'accept'>,
  more: (report: HealthView) => object,
): Answer {
  const status = report.status === 'down' ? 503 : 200;
  if (asksFor(accept, draftType)) return { status, contentType: draftType, body: healthJson(report, isTrusted) };
  return { status, body: { status: statusWord(report.status), ...(isTrusted && more(report)) } };
}

function componentsOf({ checks }: HealthView): object {
  return Object.fromEntries(checks.map((check) => [check.name, component(check)]));
}

function detailsOf({ checks }: HealthView, durationMs: number): object {
  const failing = checks.filter(({ status }) => status !== 'up').length;
  return { ...processDetails(), checks: checks.length, failing, durationMs };
}

function isHealthView(value: unknown): value is HealthView {
  if (typeof value !== 'object' || value === null || !('checks' in value) || !('status' in value)) return false;
  return Array.isArray(value.checks) && ['up', 'degraded', 'down'].includes(String(value.status));
}
