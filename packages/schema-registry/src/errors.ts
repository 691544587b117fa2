import { defineErrors } from '@seaworthy/errors/define';
import type { Catalogue, SchemaLike } from '@seaworthy/errors/define';
import type { Issue } from './schema.ts';

interface InvalidData {
  readonly subject: string;
  readonly version: number;
  readonly problems: string;
  /** Every problem that the schema found. */
  readonly issues: readonly Issue[];
}

interface FutureVersion {
  readonly subject: string;
  readonly version: number;
  readonly latest: number;
  /** The refused data, untouched, to be put aside until a newer program reads it. */
  readonly data: unknown;
}

const definitions = {
  UNKNOWN_SUBJECT: {
    message: 'No subject "{subject}" is registered. Registered subjects: {known}.',
    httpStatus: 404,
    exitCode: 65,
  },
  UNKNOWN_VERSION: {
    message: 'Subject "{subject}" has no version {version}. Ask for a whole number from 1 to {latest}.',
    httpStatus: 404,
    exitCode: 65,
  },
  FUTURE_VERSION: {
    message:
      'Data of "{subject}" has version {version}, but this program knows versions up to {latest}. Keep the data (it is in `params.data`) and read it with a newer release.',
    params: { '~standard': {} } as SchemaLike<FutureVersion>,
    sensitive: ['data'],
    httpStatus: 409,
    exitCode: 65,
  },
  INVALID_DATA: {
    message: 'Data of "{subject}" is not valid for version {version}: {problems}. Correct the data and try again.',
    params: { '~standard': {} } as SchemaLike<InvalidData>,
    httpStatus: 422,
    exitCode: 65,
  },
  INVALID_ENVELOPE: {
    message: 'Expected an envelope of `schema`, `version` and `data` with {expected}, got {received}.',
    httpStatus: 422,
    exitCode: 65,
  },
  INVALID_NAME: {
    message:
      'Expected a subject name of letters, digits, ".", "_" and "-" that starts with a letter, such as "shop.order", got {received}.',
  },
  VERSION_OUT_OF_ORDER: {
    message:
      'Subject "{subject}" is at version {latest}, so the next version is {expected}, got {version}. Number versions without gaps.',
  },
  DEFINITION_CHANGED: {
    message:
      'Subject "{subject}" already has a different definition of version {version}. Published versions never change: add version {next} instead.',
    httpStatus: 409,
  },
  MISSING_DOWN: {
    message: 'Subject "{subject}" has no `down` from version {from} to {to}. Give version {from} a `down` function.',
  },
  MIGRATION_FAILED: {
    message:
      'The migration of "{subject}" from version {from} to {to} threw: {reason}. Correct that step; the data is untouched.',
  },
  ASYNC_SCHEMA: {
    message: 'Version {version} of "{subject}" validates asynchronously. Use a schema that answers at once.',
  },
  NO_JSON_SCHEMA: {
    message: 'The schema has no JSON Schema: {reason}. Use zod, or a library with Standard JSON Schema.',
  },
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got {received}.',
  },
  CHECKPOINT_MISMATCH: {
    message:
      'The checkpoint is of a migration of "{found}" to version {foundTo}, this one is of "{subject}" to version {to}. Give this migration a checkpoint of its own, or remove the old one.',
  },
  CHECKPOINT_UNREADABLE: {
    message:
      'The checkpoint {where} is not one that this package wrote. Put it back from a copy, or remove it to start over.',
  },
  LOG_UNREADABLE: {
    message: 'The file {path} of served schemas is not one that this package wrote. Put it back from a copy.',
  },
  BATCH_TIMED_OUT: {
    message:
      'To {doing} after the record {position} took longer than {timeoutMs} ms. Look at what it waits for, then start the migration again: it goes on from its checkpoint.',
  },
  NO_EXAMPLE: {
    message:
      'No example was found that the schema accepts: {problem}. Give the schema one of yours, as `examples` in its metadata.',
  },
  TOO_MANY_DEAD_LETTERS: {
    message:
      'There are {count} dead letters, and at most {limit} are allowed. Look at them and correct the steps, or allow more.',
  },
} as const;

/** Every error this package throws. */
export const SchemaErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.schema-registry', definitions);
