import type { Node, ProjectFile, Rule } from '../contract.ts';
import { nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, serverScripts } from '../syntax/scripts.ts';
import { within } from '../syntax/walk.ts';

export const tracingStartedLate: Rule = {
  id: 'SEA-R032',
  title: 'tracing starts after what it traces',
  category: 'telemetry',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Instrumentation replaces functions of a module while it loads: what is loaded before stays dark.',
  fix: 'Start tracing in a file of its own, loaded first with `node --import ./tracing.js`.',
  explain: explanation('tracing-started-late'),
  check: (project) =>
    serverScripts(project).flatMap((file) => {
      if (!/new\s+NodeSDK\b/.test(file.text)) return [];
      const early = loadedTooEarly(file);
      return early
        ? [findingAt(file, early.node, `\`${early.name}\` is loaded before tracing starts in this file.`)]
        : [];
    }),
};

const traced =
  /^(express|fastify|koa|@hapi\/hapi|@nestjs\/core|restify|pg|mysql2?|mongodb|mongoose|ioredis|redis|amqplib|kafkajs|(node:)?https?|undici|graphql)$/;

interface Loaded {
  readonly node: Node;
  readonly name: string;
}

function loadedTooEarly(file: ProjectFile): Loaded | undefined {
  const { program } = file.script();
  const nodes = [...within(program)];
  const sdk = nodes.find((node) => node.type === 'NewExpression' && nameOf(node.callee) === 'NodeSDK');
  if (!sdk) return undefined;
  return nodes.flatMap((node) => loadedBy(node, sdk.start)).find(({ name }) => traced.test(name));
}

/** Import declarations run before everything else in a module, wherever they stand; `require` runs where it stands. */
function loadedBy(node: Node, sdkStart: number): readonly Loaded[] {
  if (node.type === 'ImportDeclaration') return node.importKind === 'type' ? [] : [{ node, name: node.source.value }];
  if (node.type !== 'CallExpression' || node.start > sdkStart || nameOf(node.callee) !== 'require') return [];
  return [{ node, name: textOf(node.arguments[0]) ?? '' }];
}
