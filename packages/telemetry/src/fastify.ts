import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { expectOption } from './expect-option.ts';
import type { HttpMeasurements } from './http.ts';

/** The part of a Fastify request that is used. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** The part of a Fastify instance that is used; the framework itself is not imported. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: unknown, done: () => void) => void): unknown;
}

/**
 * Takes the patterns of an instance's routes, and runs each request within its span. Call it before other hooks.
 *
 * @throws TelemetryErrors.INVALID_OPTION
 */
export function measureFastify(app: FastifyLike, http: Pick<HttpMeasurements, 'setRoute' | 'run'>): void {
  expectMeasurements(http);
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw, routeOptions } = request;
    if (routeOptions.url !== undefined) http.setRoute(raw, routeOptions.url);
    http.run(raw, done);
  });
}

const initialized = 'fastify.initialization';

/**
 * Does so for every instance that is made from now on, of any copy of Fastify in this process.
 *
 * @throws TelemetryErrors.INVALID_OPTION
 */
export function measureEveryFastify(http: Pick<HttpMeasurements, 'setRoute' | 'run'>): Disposable {
  expectMeasurements(http);
  const listener = (message: unknown): void => measureFastify((message as { fastify: FastifyLike }).fastify, http);
  subscribe(initialized, listener);
  return { [Symbol.dispose]: () => void unsubscribe(initialized, listener) };
}

/** Options of `measureHttp` in this place would throw at the first request. */
function expectMeasurements(http: unknown): void {
  const { setRoute, run } = (http ?? {}) as Partial<HttpMeasurements>;
  const holds = typeof setRoute === 'function' && typeof run === 'function';
  expectOption('http', holds, 'what `measureHttp` gave', http);
}
