import { mark } from './brand.ts';
import { checkDefinition, refuse } from './check-definition.ts';
import { createErrorClass } from './error-class.ts';
import { lazily } from './lazily.ts';
import { isProblemName } from './names.ts';
import { quoted } from './plain.ts';
import type { Catalogue, CheckedDefinitions, ErrorDefinition, SeaworthyError } from './types.ts';

export type {
  Catalogue,
  ErrorClass,
  ErrorDefinition,
  ErrorMeta,
  ParamValue,
  SchemaLike,
  SeaworthyError,
  Severity,
} from './types.ts';

const namespacePattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;

/**
 * Declares the errors of one application or package, each once.
 *
 * @param namespace Dotted lower-case name, e.g. `billing` or `seaworthy.config`; codes are `<namespace>.<PROBLEM>`.
 * @throws `seaworthy.errors.BAD_DEFINITION` when the namespace, a problem name or a definition is not valid.
 */
export function defineErrors<const D extends Record<string, ErrorDefinition>>(
  namespace: string,
  definitions: D & CheckedDefinitions<D>,
): Catalogue<D> {
  return declare(namespace, definitions, (make) => ({ value: make(), enumerable: true })) as Catalogue<D>;
}

/**
 * The same, but each class is made when it is first asked for: for packages whose import time is everybody's start. Where
 * errors are made often, `defineErrors` is better: V8 makes one in half the time when it knows the class as a constant.
 *
 * @throws `seaworthy.errors.BAD_DEFINITION` at once, like `defineErrors`.
 */
export function defineLazily<const D extends Record<string, ErrorDefinition>>(
  namespace: string,
  definitions: D & CheckedDefinitions<D>,
): Catalogue<D> {
  return declare(namespace, definitions, lazily) as Catalogue<D>;
}

function declare(
  namespace: string,
  definitions: Readonly<Record<string, ErrorDefinition>>,
  propertyOf: (make: () => unknown) => PropertyDescriptor,
): object {
  if (typeof namespace !== 'string' || !namespacePattern.test(namespace)) {
    refuse(
      `Expected the namespace to be dotted lower-case words, such as "billing" or "acme.billing", got ${quoted(namespace)}.`,
    );
  }
  if (typeof definitions !== 'object' || definitions === null) {
    refuse(`Expected the definitions of namespace "${namespace}" to be an object, got ${quoted(definitions)}.`);
  }
  const classes = {};
  for (const problem of Object.keys(definitions)) {
    const make = classMaker(namespace, problem, definitions[problem]);
    Object.defineProperty(classes, problem, propertyOf(make));
  }
  return Object.freeze(classes);
}

/** Checks the definition now. */
function classMaker(namespace: string, problem: string, definition: ErrorDefinition | undefined): () => unknown {
  if (!isProblemName(problem)) {
    refuse(
      `Expected a problem name in capitals, such as "CARD_DECLINED", got ${quoted(problem)} in namespace "${namespace}".`,
    );
  }
  const code = `${namespace}.${problem}`;
  if (typeof definition !== 'object' || definition === null) {
    return refuse(`Expected an object with a \`message\` for error "${code}", got ${quoted(definition)}.`);
  }
  const parts = checkDefinition(code, definition);
  return () => createErrorClass(code, definition, parts);
}

/** True for any error made by a catalogue, also one from another copy of this package. */
export function isSeaworthyError(value: unknown): value is SeaworthyError {
  return mark.isMarked(value);
}
