import { LoggerErrors } from './errors.ts';
import { expectObject, expectOptions, expectType } from './expect-option.ts';
import type { LevelWord } from './levels/vocabulary.ts';
import type { Logger } from './types.ts';

/** What a field of an event holds; `?` behind it makes the field optional. */
export type EventType = 'string' | 'number' | 'boolean' | 'object' | 'error' | 'unknown';

/** The fields of an event by name. */
export type EventSchema = Readonly<Record<string, EventType | `${EventType}?`>>;

interface EventValues {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly object: object;
  readonly error: Error;
  readonly unknown: unknown;
}

type ValueOf<Word> = Word extends `${infer Type extends EventType}?`
  ? EventValues[Type]
  : Word extends EventType
    ? EventValues[Word]
    : never;

type OptionalKey<Schema extends EventSchema> = {
  [Key in keyof Schema]: Schema[Key] extends `${string}?` ? Key : never;
}[keyof Schema];

/** The fields that an event is logged with. */
export type EventFields<Schema extends EventSchema> = {
  readonly [Key in Exclude<keyof Schema, OptionalKey<Schema>>]: ValueOf<Schema[Key]>;
} & { readonly [Key in OptionalKey<Schema>]?: ValueOf<Schema[Key]> | undefined };

export interface EventOptions {
  /** @default 'info' */
  readonly level?: LevelWord | (string & {});
  /** The message. @default the event's name */
  readonly message?: string;
}

/** Logs one kind of event; the fields are checked by the compiler, and at run time a mistake is told in the record. */
export type LogEvent<Schema extends EventSchema> = (fields: EventFields<Schema>) => void;

interface Field {
  readonly key: string;
  readonly type: EventType;
  readonly isOptional: boolean;
}

/**
 * Compiles an event: its fields always come in the order of the schema, so that every record has the same shape.
 *
 * @throws INVALID_OPTION for a type that does not exist
 */
export function compileEvent<Schema extends EventSchema>(
  log: Logger,
  name: string,
  schema: Schema,
  options: EventOptions,
): LogEvent<Schema> {
  expectType('name', name, 'string');
  expectObject('schema', schema);
  expectOptions<EventOptions>('options', options, { level: true, message: true });
  const { level = 'info', message = name } = options;
  const fields = Object.entries(schema).map(readField);
  const names = new Set(fields.map(({ key }) => key));
  const child = log.child({ event: name });
  return (values) => {
    if (child.isLevelEnabled(level)) child.log(level, message, shape(fields, names, values));
  };
}

// Logging throws nothing, so what does not fit is logged all the same, with a word about what is wrong.
function shape(fields: readonly Field[], names: ReadonlySet<string>, values: object): object {
  const record: Record<string, unknown> = {};
  const problems: string[] = [];
  const given = typeof values === 'object' && values !== null ? (values as Readonly<Record<string, unknown>>) : {};
  for (const { key, type, isOptional } of fields) {
    const value = given[key];
    if (value === undefined ? !isOptional : !isOfType(value, type)) problems.push(`${key} is not ${type}`);
    if (value !== undefined) record[key] = value;
  }
  for (const key of Object.keys(given)) {
    if (names.has(key)) continue;
    problems.push(`${key} is not in the schema`);
    record[key] = given[key];
  }
  if (problems.length > 0) record['eventProblems'] = problems;
  return record;
}

function isOfType(value: unknown, type: EventType): boolean {
  if (type === 'unknown') return true;
  if (type === 'error') return value instanceof Error;
  return type === 'object' ? typeof value === 'object' && value !== null : typeof value === type;
}

const types: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'object', 'error', 'unknown']);

function readField([key, word]: readonly [string, unknown]): Field {
  const text = typeof word === 'string' ? word : '';
  const isOptional = text.endsWith('?');
  const type = isOptional ? text.slice(0, -1) : text;
  if (types.has(type)) return { key, type: type as EventType, isOptional };
  throw new LoggerErrors.INVALID_OPTION({
    option: `schema.${key}`,
    expected: `one of ${[...types].join(', ')}, with ? behind it for an optional field`,
    received: JSON.stringify(word),
  });
}
