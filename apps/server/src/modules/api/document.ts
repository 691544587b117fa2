// The document of the whole API, and its page; made of what the modules say that they serve.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refusal } from '../../http/methods.ts';
import type { HttpModule } from '../../http/module.ts';
import { openApiDocument } from '../../http/openapi.ts';
import type { AnyOperation } from '../../http/operations.ts';
import { referencePage } from './reference-page.ts';

export interface ApiDocument extends HttpModule {
  /** Every route of the server, `GET /api/v1/flags/:key`: what the document is compared with. */
  readonly routes: () => readonly string[];
}

const documentOperation: AnyOperation = {
  method: 'GET',
  path: '/api/v1/openapi.json',
  id: 'getDocument',
  tag: 'API',
  summary: 'This document.',
  answer: z.record(z.string(), z.unknown()),
  usual: [],
};

/** Comes before all modules: it sees the routes that are added after it. */
export function apiDocument(modules: readonly HttpModule[]): ApiDocument {
  const routes: string[] = [];
  const operations = (): readonly AnyOperation[] => [
    ...modules.flatMap((module) => module.operations?.() ?? []),
    documentOperation,
  ];
  let text: string | undefined;
  return {
    routes: () => routes,
    register(app) {
      noteRoutes(app, routes);
      app.get('/api/v1/openapi.json', (_request, reply) => {
        text ??= JSON.stringify(openApiDocument(operations()));
        return reply.type('application/json; charset=utf-8').send(text);
      });
      app.get('/reference', (_request, reply) =>
        reply.type('text/html; charset=utf-8').send(referencePage(operations()).toString()),
      );
    },
  };
}

function noteRoutes(app: FastifyInstance, routes: string[]): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config !== undefined && 'isRefusal' in config && config.isRefusal === refusal.isRefusal) return;
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`);
  });
}
