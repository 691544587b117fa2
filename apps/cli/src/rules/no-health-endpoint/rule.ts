import type { ProjectFile, ProjectView, Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, serverScripts } from '../syntax/scripts.ts';
import { listenings } from '../syntax/servers.ts';

// Packages that answer a health address themselves.
const packages = [
  '@godaddy/terminus',
  '@nestjs/terminus',
  '@seaworthy/management',
  'express-actuator',
  'express-healthcheck',
  'fastify-healthcheck',
  'fastify-custom-healthcheck',
  'lightship',
  '@cloudnative/health-connect',
];

export const noHealthEndpoint: Rule = {
  id: 'SEA-R040',
  title: 'no health endpoint',
  category: 'health',
  severity: 'warning',
  version: 1,
  why: 'The platform cannot tell a process that answers from one that hangs, and sends requests to both.',
  fix: 'Answer /livez and /readyz, the second one after looking at what the service needs.',
  explain: explanation('no-health-endpoint'),
  check(project) {
    if (project.shape !== 'service' || isAnswered(project)) return [];
    const first = listenings(project).find(({ file }) => speaksHttp(file));
    return first
      ? [findingAt(first.file, first.call, 'The server listens, and no script mentions a health address.')]
      : [];
  },
};

const address = /\/(?:[\w-]*(?:health\w*|live(?:z|ness)?|readyz?|readiness|ping|alive|heartbeat|status)|up)\b/i;

function isAnswered(project: ProjectView): boolean {
  if (packages.some((name) => project.dependencies.has(name))) return true;
  return serverScripts(project).some(({ text }) => address.test(text));
}

function speaksHttp({ text }: ProjectFile): boolean {
  return /['"](node:)?(https?|http2)['"]|express|fastify|koa|hapi|polka|restify|nestjs/i.test(text);
}
