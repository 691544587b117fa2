import type { RpcCode } from './rpc.ts';

export type Severity = 'fatal' | 'error' | 'warning' | 'info';

/** What a catalogue says of one error. */
export interface ErrorDefinition {
  /** What happened, with the values in `{braces}`, then what to do. */
  readonly message: string;
  /** A Standard Schema (zod, for example) that types the parameters; without it they are the placeholders. */
  readonly params?: SchemaLike;
  /** @default that of `rpc`, else 500 */
  readonly httpStatus?: number;
  /** google.rpc status code; gives `httpStatus` its default. */
  readonly rpc?: RpcCode;
  /** Process exit code, by sysexits. @default 70 */
  readonly exitCode?: number;
  /** @default 'error' */
  readonly severity?: Severity;
  /** @default false */
  readonly retryable?: boolean;
  /** Parameters that no output may show, the error's own message included; `error.params` keeps their values. */
  readonly sensitive?: readonly string[];
  /** Shows the message of a 5xx in problem details. @default false */
  readonly expose?: boolean;
  readonly help?: string;
  readonly docs?: string;
  /** `false` captures no stack: cheap errors for expected answers. */
  readonly stack?: false;
}

/** The part of Standard Schema that types parameters. */
export interface SchemaLike<Output = unknown> {
  readonly '~standard': { readonly types?: { readonly output: Output } | undefined };
}

export interface ErrorMeta extends ErrorDefinition {
  readonly code: string;
}

export interface SeaworthyError<Params = Readonly<Record<string, unknown>>> extends Error {
  readonly code: string;
  readonly params: Params;
  readonly meta: ErrorMeta;
}

type PlaceholderOf<M extends string> = M extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholderOf<Rest>
  : never;

export type ParamValue = string | number | boolean | bigint | null | undefined | Date;

export type ParamsOf<D extends ErrorDefinition> = D extends { readonly params: SchemaLike<infer Output> }
  ? Output
  : { readonly [Name in PlaceholderOf<D['message']>]: ParamValue };

/** Compile-time checks of definitions: options must exist, placeholders and sensitive names must be parameters. */
export type CheckedDefinitions<D extends Record<string, ErrorDefinition>> = {
  readonly [Name in keyof D]: UnknownOptions<D[Name]> &
    (string extends D[Name]['message']
      ? unknown
      : MissingParams<D[Name]> extends never
        ? { readonly sensitive?: readonly (keyof ParamsOf<D[Name]>)[] }
        : { readonly message: `The params schema lacks {${MissingParams<D[Name]>}}` });
};

/** The compiler does not look for unknown properties itself where it infers the type of the whole. */
type UnknownOptions<D> = { readonly [Option in Exclude<keyof D, keyof ErrorDefinition>]: never };

type MissingParams<D extends ErrorDefinition> = D extends { readonly params: SchemaLike }
  ? Exclude<PlaceholderOf<D['message']>, keyof ParamsOf<D>>
  : never;

export interface ErrorClass<Params> {
  new (
    ...args: keyof Params extends never
      ? [params?: Params, options?: ErrorOptions]
      : [params: Params, options?: ErrorOptions]
  ): SeaworthyError<Params>;
  readonly code: string;
  readonly meta: ErrorMeta;
  /** By mark and code, so it works across copies of the package. */
  readonly is: (value: unknown) => value is SeaworthyError<Params>;
}

export type Catalogue<D extends Record<string, ErrorDefinition>> = {
  readonly [Name in keyof D & string]: ErrorClass<ParamsOf<D[Name]>>;
};

/** An error class whatever its parameters. */
export interface ErrorKind {
  new (...args: never[]): SeaworthyError<object>;
  readonly code: string;
  readonly meta: ErrorMeta;
  is(value: unknown): boolean;
}

/** What `defineErrors` or `catalogue` returns, whatever it declares. */
export type AnyCatalogue = Readonly<Record<string, ErrorKind>>;
