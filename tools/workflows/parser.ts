import { registerHooks } from 'node:module';
import type * as Parser from '@actions/workflow-parser';

/** GitHub's workflow parser. It imports JSON without saying so, as bundlers allow; Node wants to be told. */
export async function loadParser(): Promise<typeof Parser> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
    },
  });
  try {
    return await import('@actions/workflow-parser');
  } finally {
    hooks.deregister();
  }
}
