import { mark } from './brand.ts';
import { checkDefinition } from './check-definition.ts';
import { createErrorClass } from './error-class.ts';
import type { Catalogue, CheckedDefinitions, ErrorDefinition, SeaworthyError } from './types.ts';

const namespacePattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;
const problemPattern = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Declares the errors of one application or package, each once.
 *
 * @param namespace Dotted lower-case name, e.g. `billing` or `seaworthy.config`; codes are `<namespace>.<PROBLEM>`.
 * @throws TypeError at definition time when the namespace, a problem name or a definition is not valid.
 */
export function defineErrors<const D extends Record<string, ErrorDefinition>>(
  namespace: string,
  definitions: D & CheckedDefinitions<D>,
): Catalogue<D> {
  if (!namespacePattern.test(namespace)) {
    throw new TypeError(
      `Expected the namespace to be dotted lower-case words, such as "billing" or "acme.billing", got ${JSON.stringify(namespace)}.`,
    );
  }
  const classes: Record<string, unknown> = {};
  for (const [problem, definition] of Object.entries<ErrorDefinition>(definitions)) {
    if (!problemPattern.test(problem)) {
      throw new TypeError(
        `Expected a problem name in capitals, such as "CARD_DECLINED", got ${JSON.stringify(problem)} in namespace "${namespace}".`,
      );
    }
    const code = `${namespace}.${problem}`;
    checkDefinition(code, definition);
    classes[problem] = createErrorClass(code, definition);
  }
  return Object.freeze(classes) as Catalogue<D>;
}

/** True for any error made by a catalogue, also one from another copy of this package. */
export function isSeaworthyError(value: unknown): value is SeaworthyError {
  return mark.isMarked(value);
}
