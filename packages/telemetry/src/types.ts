/**
 * What an attribute may be: a list of allowed values, or a kind; with `?` it may be left out.
 * Lists keep the number of series known; free strings are held by the cardinality limit.
 */
export type AttributeSpec =
  readonly string[] | 'string' | 'number' | 'boolean' | 'string?' | 'number?' | 'boolean?' | AttributeSchema;

/**
 * The part of a Standard Schema (zod, valibot, arktype) that is needed: `z.string().length(2).optional()`. It is asked once
 * for each new combination of values, not for each measurement; what it refuses it is asked about each time.
 */
export interface AttributeSchema<Value = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: Value; readonly output: unknown } | undefined;
  };
}

export type MetricType = 'counter' | 'updowncounter' | 'gauge' | 'histogram';

/** One family of series: a name, and a series for each combination of attribute values. */
export interface MetricDefinition {
  readonly type: MetricType;
  /** UCUM: `s`, `By`, `1`, or an annotation such as `{order}`. */
  readonly unit: string;
  /** One sentence for the HELP line. */
  readonly description: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  /** Upper bounds of a histogram, rising. @default bounds that suit the unit */
  readonly buckets?: readonly number[];
}

type KindOf<Spec> = Spec extends readonly (infer Value)[]
  ? Value
  : Spec extends { readonly '~standard': { readonly types?: infer Types } }
    ? InputOf<NonNullable<Types>>
    : Spec extends 'string' | 'string?'
      ? string
      : Spec extends 'number' | 'number?'
        ? number
        : boolean;

type InputOf<Types> = Types extends { readonly input: infer Input } ? Input : string | number | boolean | undefined;

type OptionalNames<Specs> = {
  [Name in keyof Specs]: Specs[Name] extends `${string}?` ? Name : undefined extends KindOf<Specs[Name]> ? Name : never;
}[keyof Specs];

/** The attributes that a recording of this metric gives. */
export type AttributesOf<Definition extends MetricDefinition> = Definition extends {
  readonly attributes: infer Specs extends Readonly<Record<string, AttributeSpec>>;
}
  ? { readonly [Name in Exclude<keyof Specs, OptionalNames<Specs>>]: KindOf<Specs[Name]> } & {
      readonly [Name in OptionalNames<Specs>]?: KindOf<Specs[Name]>;
    }
  : NoAttributes;

/** For metrics without attributes: an object with any key does not fit. */
export type NoAttributes = Readonly<Record<string, never>>;

type Given<Attributes> = Attributes extends NoAttributes ? [attributes?: Attributes] : [attributes: Attributes];

/** Only goes up: a value below 0 is refused and counted. */
export interface Counter<Attributes> {
  /** @param value @default 1 */
  add(value: number, ...attributes: Given<Attributes>): void;
  /** Resolves the attributes once; recording through it is the fastest way. */
  bind(...attributes: Given<Attributes>): BoundCounter;
}

export interface BoundCounter {
  /** @param value @default 1 */
  add(value?: number): void;
}

export interface Gauge<Attributes> {
  set(value: number, ...attributes: Given<Attributes>): void;
  bind(...attributes: Given<Attributes>): BoundGauge;
}

export interface BoundGauge {
  set(value: number): void;
}

export interface Histogram<Attributes> {
  record(value: number, ...attributes: Given<Attributes>): void;
  bind(...attributes: Given<Attributes>): BoundHistogram;
}

export interface BoundHistogram {
  record(value: number): void;
}

export type InstrumentOf<Definition extends MetricDefinition> = Definition['type'] extends 'histogram'
  ? Histogram<AttributesOf<Definition>>
  : Definition['type'] extends 'gauge'
    ? Gauge<AttributesOf<Definition>>
    : Counter<AttributesOf<Definition>>;

export type Instruments<Definitions extends Readonly<Record<string, MetricDefinition>>> = {
  readonly [Name in keyof Definitions]: InstrumentOf<Definitions[Name]>;
};
