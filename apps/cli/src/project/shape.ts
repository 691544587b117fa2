import type { ProjectFile, ProjectView, Script } from '../rules/contract.ts';
import { isRecord, property } from './record.ts';

const serverFrameworks: ReadonlySet<string> = new Set([
  '@adonisjs/core',
  '@apollo/server',
  '@feathersjs/express',
  '@feathersjs/koa',
  '@hapi/hapi',
  '@hono/node-server',
  '@nestjs/core',
  'apollo-server',
  'express',
  'fastify',
  'h3',
  'koa',
  'micro',
  'moleculer',
  'next',
  'nuxt',
  'polka',
  'restify',
  'sails',
  'uWebSockets.js',
]);

const serverCalls: ReadonlySet<string> = new Set(['createServer', 'createSecureServer']);

/** Tells what kind of program the project is: see `ProjectView.shape`. */
export function tellShape(view: Omit<ProjectView, 'shape'>): ProjectView['shape'] {
  const { manifest } = view;
  if (startsInContainer(view)) return 'service';
  const isPublished = manifest !== undefined && manifest['private'] !== true && hasEntry(view, manifest);
  const hasStart = typeof property(manifest, 'scripts', 'start') === 'string';
  if ((hasStart || !isPublished) && listens(view)) return 'service';
  if (manifest?.['bin'] !== undefined) return 'tool';
  return isPublished ? 'library' : 'unknown';
}

/** Without an entry of its own a package that can be published, with a name and a version, is entered by index.js. */
function hasEntry(view: Omit<ProjectView, 'shape'>, manifest: Readonly<Record<string, unknown>>): boolean {
  if (['exports', 'main', 'module', 'types'].some((key) => manifest[key] !== undefined)) return true;
  const canBePublished = typeof manifest['name'] === 'string' && typeof manifest['version'] === 'string';
  return canBePublished && manifest['bin'] === undefined && view.has('index.js');
}

function startsInContainer(view: Omit<ProjectView, 'shape'>): boolean {
  return view
    .files('dockerfile')
    .some(
      (file) =>
        !file.isSupport &&
        file.docker().instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
    );
}

function listens(view: Omit<ProjectView, 'shape'>): boolean {
  const manifests = view.files('package-json').filter((file) => !file.isSupport);
  if (manifests.some(usesFramework)) return true;
  return view.files('script').some((file) => !file.isSupport && callsServer(file));
}

function usesFramework(file: ProjectFile): boolean {
  const dependencies = property(file.json().value, 'dependencies');
  return isRecord(dependencies) && Object.keys(dependencies).some((name) => serverFrameworks.has(name));
}

function callsServer(file: ProjectFile): boolean {
  // The text is asked first: most files name no server, and need no walk.
  return /create(?:Secure)?Server|(?:Bun|Deno)\s*\.\s*serve/.test(file.text) && visitsServerCall(file.script());
}

function visitsServerCall(script: Script): boolean {
  let found = false;
  script.visit({
    CallExpression({ callee }) {
      if (callee.type === 'Identifier') found ||= serverCalls.has(callee.name);
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const { object, property: method } = callee;
      const isRuntime = object.type === 'Identifier' && (object.name === 'Bun' || object.name === 'Deno');
      found ||= serverCalls.has(method.name) || (isRuntime && method.name === 'serve');
    },
  });
  return found;
}
