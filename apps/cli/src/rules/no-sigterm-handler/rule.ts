import type { ProjectView, Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, quotes, serverScripts } from '../syntax/scripts.ts';
import { listenings } from '../syntax/servers.ts';

// Packages that handle the signal, and frameworks that do it themselves.
const handlers = [
  '@seaworthy/lifecycle',
  '@godaddy/terminus',
  'async-exit-hook',
  'close-with-grace',
  'death',
  'exit-hook',
  'fastify-cli',
  'fastify-graceful-shutdown',
  'gracefully',
  'hapi-pulse',
  'http-graceful-shutdown',
  'lightship',
  'moleculer',
  'next',
  'node-graceful-shutdown',
  'nuxt',
  'signal-exit',
];

export const noSigtermHandler: Rule = {
  id: 'SEA-R012',
  title: 'no SIGTERM handler',
  category: 'lifecycle',
  severity: 'error',
  version: 1,
  why: 'The process is killed with requests in flight.',
  fix: 'Create a lifecycle and let it close the server.',
  explain: explanation('no-sigterm-handler'),
  check(project) {
    if (project.shape !== 'service' || isHandled(project)) return [];
    const [first] = listenings(project);
    return first ? [findingAt(first.file, first.call, 'The server listens, and nothing handles SIGTERM.')] : [];
  },
};

function isHandled(project: ProjectView): boolean {
  if (handlers.some((name) => project.dependencies.has(name))) return true;
  const scripts = serverScripts(project);
  return quotes(scripts, 'SIGTERM') || scripts.some(({ text }) => text.includes('.enableShutdownHooks('));
}
