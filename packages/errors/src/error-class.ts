import { mark } from './brand.ts';
import { snapshot } from './snapshot.ts';
import { httpStatusOfRpc } from './rpc.ts';
import { limitStack } from './stack-limit.ts';
import { compileTemplate } from './template.ts';
import type { Render } from './template.ts';
import type { ErrorClass, ErrorDefinition, ErrorMeta } from './types.ts';

type Params = Readonly<Record<string, unknown>>;
const noParams: Params = Object.freeze({});

type Constructor = new (params?: Params, options?: ErrorOptions) => Error;

/** Makes the class of one error. All its fixed values live on the prototype: making an error sets `params` only. */
export function createErrorClass(code: string, definition: ErrorDefinition): ErrorClass<Record<string, unknown>> {
  const meta: ErrorMeta = Object.freeze({ ...definition, ...statusOfRpc(definition), code });
  const sensitive = definition.sensitive ?? [];
  const render = compileTemplate(definition.message, sensitive);
  const keep = sensitive.length === 0 ? undefined : concealing(sensitive);
  const Class = definition.stack === false ? withoutStack(render, keep) : withStack(render, keep);
  Object.defineProperties(Class, {
    name: { value: code },
    code: { value: code, enumerable: true },
    meta: { value: meta, enumerable: true },
    is: { value: recogniser(code) },
  });
  Object.defineProperties(Class.prototype, {
    name: { value: code, configurable: true, writable: true },
    code: { value: code, enumerable: true },
    meta: { value: meta },
    toJSON: { value: jsonOf, configurable: true, writable: true },
    [mark.symbol]: { value: true },
  });
  return Class as unknown as ErrorClass<Record<string, unknown>>;
}

/** The code is looked at first: one property tells most strangers apart. */
function recogniser(code: string): (value: unknown) => boolean {
  return (value) => {
    try {
      return (value as { readonly code?: unknown } | null)?.code === code && mark.isMarked(value);
    } catch {
      return false;
    }
  };
}

function statusOfRpc(definition: ErrorDefinition): { httpStatus?: number } {
  if (definition.rpc === undefined || definition.httpStatus !== undefined) return {};
  return { httpStatus: httpStatusOfRpc[definition.rpc] };
}

function jsonOf(this: Error): unknown {
  return snapshot(this, 'tagged');
}

// One level below Error, with no constructor in between: a base class of ours would cost a third of a whole error.
// The two shapes differ in the stack only.
function withStack(render: Render, keep: Conceal | undefined): Constructor {
  return class extends Error {
    declare readonly params: Params;
    constructor(params: Params | undefined, options?: ErrorOptions) {
      super(render(params ?? noParams), options);
      this.params = keep === undefined ? (params ?? noParams) : keep(params);
    }
  };
}

function withoutStack(render: Render, keep: Conceal | undefined): Constructor {
  return class extends Error {
    declare readonly params: Params;
    constructor(params: Params | undefined, options?: ErrorOptions) {
      const message = render(params ?? noParams);
      const limit = Error.stackTraceLimit;
      limitStack(0);
      super(message, options);
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
