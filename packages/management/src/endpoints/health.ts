import { ManagementErrors } from '../errors.ts';
import type { CheckView, HealthView, LifecycleContributor } from '../contributors.ts';
import type { Answer, Query, Route } from '../route.ts';
import { processDetails } from './process-details.ts';

/** `/health`, `/health/{group}` and the alias `/ready`: the status for everyone, the checks for those who may see values. */
export function healthRoutes(lifecycle: LifecycleContributor | undefined): readonly Route[] {
  const health: Route = {
    name: 'health',
    isOpen: true,
    below: 'group',
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

/** Without a lifecycle all that is known is that this process answers. */
function answeringIsUp(query: Query): Answer | undefined {
  if (query.path.length > 0) return undefined;
  return { body: { status: 'UP', ...(query.isTrusted && { components: {}, details: processDetails() }) } };
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
  const status = report.status === 'down' ? 503 : 200;
  if (!query.isTrusted) return { status, body: { status: word(report.status) } };
  return {
    status,
    body: { ...fullReport(report, performance.now() - startedAt), ...(group === undefined && { groups }) },
  };
}

function fullReport(report: HealthView, durationMs: number): object {
  const failing = report.checks.filter(({ status }) => status !== 'up').length;
  return {
    status: word(report.status),
    components: Object.fromEntries(report.checks.map((check) => [check.name, component(check)])),
    details: { ...processDetails(), checks: report.checks.length, failing, durationMs },
  };
}

function component({ status, durationMs, error, details }: CheckView): object {
  return {
    status: word(status),
    details: { ...details, ...(durationMs !== undefined && { durationMs }), ...(error !== undefined && { error }) },
  };
}

function isHealthView(value: unknown): value is HealthView {
  if (typeof value !== 'object' || value === null || !('checks' in value) || !('status' in value)) return false;
  return Array.isArray(value.checks) && ['up', 'degraded', 'down'].includes(String(value.status));
}

function word(status: unknown): string {
  return String(status).toUpperCase();
}
