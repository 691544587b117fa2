import { mark, recogniser } from './brand.ts';
import { snapshot } from './snapshot.ts';
import { httpStatusOfRpc } from './rpc.ts';
import { limitStack } from './stack-limit.ts';
import { compileTemplate, partsOf } from './template.ts';
import type { Render } from './template.ts';
import type { ErrorClass, ErrorDefinition, ErrorMeta } from './types.ts';

type Params = Readonly<Record<string, unknown>>;
const noParams: Params = Object.freeze({});

type Constructor = new (params?: Params, options?: ErrorOptions) => Error;

/**
 * Makes the class of one error. All its fixed values live on the prototype: making an error sets `params` only.
 *
 * @param parts The message template, split.
 */
export function createErrorClass(
  code: string,
  definition: ErrorDefinition,
  parts: readonly string[] = partsOf(definition.message),
): ErrorClass<Record<string, unknown>> {
  const meta: ErrorMeta = Object.freeze({ ...definition, ...statusOfRpc(definition), code });
  const kind = { code };
  const { sensitive } = definition;
  const render = compileTemplate(parts, sensitive);
  const keep = sensitive === undefined || sensitive.length === 0 ? undefined : concealing(sensitive);
  const Class = definition.stack === false ? withoutStack(render, keep) : withStack(render, keep);
  Object.defineProperties(Class, {
    name: { value: code },
    code: { value: code, enumerable: true },
    meta: { value: meta, enumerable: true },
    is: { value: recogniser(kind) },
  });
  Object.defineProperties(Class.prototype, {
    name: { value: code, configurable: true, writable: true },
    code: { value: code, enumerable: true },
    meta: { value: meta },
    toJSON: { value: jsonOf, configurable: true, writable: true },
    '~kind': { value: kind },
    [mark.symbol]: { value: true },
  });
  return Class as unknown as ErrorClass<Record<string, unknown>>;
}

function statusOfRpc(definition: ErrorDefinition): { httpStatus?: number } {
  const httpStatus = definition.httpStatus ?? httpStatusOfRpc(definition.rpc);
  return httpStatus === undefined ? {} : { httpStatus };
}

function jsonOf(this: Error): unknown {
  return snapshot(this, 'tagged');
}

// One level below Error, with no constructor in between: a base class of ours would cost a third of a whole error.
// Options are passed on only when there are any: V8 looks twice at a second argument, even an undefined one.
// The two shapes differ in the stack only; one expression for both costs those with a stack a twentieth more.
function withStack(render: Render, keep: Conceal | undefined): Constructor {
  return class extends Error {
    declare readonly params: Params;
    constructor(params: Params | undefined, options?: ErrorOptions) {
      const message = render(params ?? noParams);
      if (options === undefined) super(message);
      else super(message, options);
      this.params = keep === undefined ? (params ?? noParams) : keep(params);
    }
  };
}

// For its effect on V8, which compiles the constructor of a class expression that was evaluated only once for that class
// alone: one that takes a fifth more time, and half again where garbage is collected often.
let another: Constructor | undefined;

function withoutStack(render: Render, keep: Conceal | undefined): Constructor {
  another ??= stackless(render, keep);
  return stackless(render, keep);
}

function stackless(render: Render, keep: Conceal | undefined): Constructor {
  return class extends Error {
    declare readonly params: Params;
    constructor(params: Params | undefined, options?: ErrorOptions) {
      const message = render(params ?? noParams);
      const limit = Error.stackTraceLimit;
      limitStack(0);
      if (options === undefined) super(message);
      else super(message, options);
      limitStack(limit);
      this.params = keep === undefined ? (params ?? noParams) : keep(params);
    }
  };
}

type Conceal = (params: Params | undefined) => Params;

/** Sensitive values stay readable as `error.params.x`, but consoles, JSON, spreads and clones do not see them. */
function concealing(sensitive: readonly string[]): Conceal {
  return (params) => {
    const kept: Record<string, unknown> = { ...params };
    for (const name of sensitive) {
      if (Object.hasOwn(kept, name)) Object.defineProperty(kept, name, { enumerable: false });
    }
    return kept;
  };
}
