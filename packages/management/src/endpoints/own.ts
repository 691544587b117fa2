import type { Endpoint, EndpointContext } from '../contributors.ts';
import type { Answer, Query, Route } from '../route.ts';

/** An endpoint of the application itself. */
export function ownRoute(name: string, endpoint: Endpoint): Route {
  const context = ({ search }: Query, signal: AbortSignal): EndpointContext => ({
    signal,
    query: Object.fromEntries(search),
  });
  const answer = async (query: Query, run: (context: EndpointContext) => unknown): Promise<Answer | undefined> => {
    if (query.path.length > 0) return undefined;
    const body = await query.ask(name, (signal) => run(context(query, signal)));
    return body === undefined ? { status: 204 } : { body };
  };
  return {
    name,
    read: (query) => answer(query, (given) => endpoint.read(given)),
    ...(endpoint.write && {
      writable: (path: readonly string[]) => path.length === 0,
      write: (query: Query, input: unknown) => answer(query, (given) => endpoint.write?.(input, given)),
    }),
  };
}
