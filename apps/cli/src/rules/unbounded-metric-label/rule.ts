import type { Node, ProjectView, Rule } from '../contract.ts';
import { asObject, type CallNode, keyOf, lastNameOf, nameOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const unboundedMetricLabel: Rule = {
  id: 'SEA-R031',
  title: 'metric label without bounds',
  category: 'telemetry',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Each new value of a label is a new time series: the process and the metrics store grow until one of them falls over.',
  fix: 'Use the route pattern, the method or the status class, and leave ids and raw addresses to traces.',
  explain: explanation('unbounded-metric-label'),
  check(project) {
    if (!measures(project)) return [];
    return inspect(serverScripts(project), /\.(inc|dec|observe|startTimer|labels|add|record|set)\(/, (report) => ({
      CallExpression(call) {
        for (const property of labelsOf(call)?.properties ?? []) {
          if (property.type !== 'Property' || !isUnbounded(property.value)) continue;
          report(property, `The label \`${keyOf(property)}\` takes a new value from every client.`);
        }
      },
    }));
  },
};

function measures({ dependencies }: ProjectView): boolean {
  return [...dependencies].some((name) =>
    /^(prom-client|@opentelemetry\/|@seaworthy\/telemetry|fastify-metrics|hot-shots)/.test(name),
  );
}

/** Where the labels stand: first for Prometheus instruments, second, after a number, for OpenTelemetry ones. */
function labelsOf(call: CallNode): ReturnType<typeof asObject> {
  const method = lastNameOf(call.callee) ?? '';
  const [first, second] = call.arguments;
  if (/^(inc|dec|observe|startTimer|labels|set)$/.test(method)) return asObject(first);
  return /^(add|record)$/.test(method) && !asObject(first) ? asObject(second) : undefined;
}

const request = String.raw`(\w+\.)*(req|request)`;
const unbounded = new RegExp(
  String.raw`^(${request}\.(url|originalUrl|path|ip|id|raw\.url|hostname)|(\w+\.)*(userId|user\.id|sessionId|requestId|traceId|email))$`,
);

function isUnbounded(value: Node): boolean {
  const bare = unwrap(value);
  if (bare.type === 'TemplateLiteral') return bare.expressions.some(isUnbounded);
  return unbounded.test(nameOf(bare) ?? '');
}
