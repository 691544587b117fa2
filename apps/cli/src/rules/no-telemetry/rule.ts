import type { ProjectView, Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { isWorkspaceRoot, manifestFinding } from '../syntax/manifest.ts';

export const noTelemetry: Rule = {
  id: 'SEA-R030',
  title: 'neither metrics nor traces',
  category: 'telemetry',
  severity: 'info',
  version: 1,
  why: 'Without numbers the first to notice an outage is a customer.',
  fix: 'Count requests, errors and durations, and export them.',
  explain: explanation('no-telemetry'),
  check(project) {
    if (project.shape !== 'service' || !project.manifest || isWorkspaceRoot(project) || isMeasured(project)) return [];
    return [manifestFinding(project, 'No dependency, script or manifest of this service mentions metrics or traces.')];
  },
};

const packages =
  /^(@opentelemetry\/|@seaworthy\/telemetry|@sentry\/|@splunk\/otel|@honeycombio\/|@azure\/monitor|@newrelic\/|prom-client|dd-trace|newrelic|elastic-apm-node|applicationinsights|hot-shots|node-statsd|aws-xray-sdk|fastify-metrics|express-prom-bundle|@willsoto\/nestjs-prometheus|appmetrics)/;
const mentions = /OTEL_|opentelemetry|prometheus|dd-trace|newrelic|statsd|\/metrics\b/i;

function isMeasured(project: ProjectView): boolean {
  if ([...project.dependencies].some((name) => packages.test(name))) return true;
  const files = project.files('script', 'dockerfile', 'compose', 'kubernetes', 'env', 'yaml');
  return files.some(({ isSupport, text }) => !isSupport && mentions.test(text));
}
