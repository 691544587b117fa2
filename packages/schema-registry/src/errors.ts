import { defineErrors } from '@seaworthy/errors/define';
import type { Catalogue, SchemaLike } from '@seaworthy/errors/define';
import type { CompatibilityProblem } from './compat/subjects.ts';
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

interface Incompatible {
  readonly count: number;
  readonly text: string;
  /** Every version that breaks the rule, with what breaks it. */
  readonly problems: readonly CompatibilityProblem[];
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
  // Canonical JSON, JSON Schema and compatibility.
  NOT_JSON: {
    message: 'The value at {path} is {received}, which JSON cannot hold. Leave it out or write it as text.',
    exitCode: 65,
  },
  INVALID_JSON_SCHEMA: {
    message: 'The JSON Schema is not valid at {path}: expected {expected}, got {received}. Correct the schema.',
    exitCode: 65,
  },
  SCHEMA_TOO_DEEP: {
    message: 'The JSON Schema {where} is nested deeper than {depth} schemas. Move inner schemas to definitions.',
    exitCode: 65,
  },
  DATA_TOO_DEEP: {
    message: 'The data is nested deeper than {depth} values. Refuse it, or split it up.',
    httpStatus: 422,
    exitCode: 65,
  },
  CYCLIC_SCHEMA: {
    message:
      'The schema at {where} refers to itself for the same value and never ends. Let the reference go into a part.',
    exitCode: 65,
  },
  INVALID_MODE: {
    message:
      'Expected a mode of compatibility such as "BACKWARD", "FORWARD", "FULL", each also with "_TRANSITIVE", or "NONE", got "{received}".',
    exitCode: 78,
  },
  INCOMPATIBLE: {
    message: '{count} versions do not fit those before them. {text}',
    params: { '~standard': {} } as SchemaLike<Incompatible>,
    httpStatus: 409,
    exitCode: 65,
  },
  INVALID_EXEMPTION: {
    message:
      'The exemption of version {version} of "{subject}" has no reason. Say in `reason` why the change is allowed.',
    exitCode: 78,
  },
  UNREADABLE_LOCK: {
    message:
      'The lock {file} could not be read: {reason}. Create it with `update`, or restore it from version control.',
    exitCode: 66,
  },
  UNWRITABLE_LOCK: {
    message: 'The lock {file} could not be written: {reason}. Check the folder and its permissions.',
    exitCode: 73,
  },
  UNREADABLE_MODULE: {
    message: 'The module {module} did not load: {reason}. Name a JavaScript or TypeScript file that exports subjects.',
    exitCode: 66,
  },
  NO_SUBJECTS: {
    message:
      'The module {module} exports no subject and no registry. Export what `subject` or `createRegistry` returns.',
    exitCode: 65,
  },
  USAGE: {
    message: '{problem} Run the command with --help to see how it is used.',
    exitCode: 64,
  },
  UNKNOWN_REFERENCE: {
    message:
      'The reference "{reference}" of {from} leads nowhere. Correct it, or give its document in `documents`: nothing is fetched.',
    exitCode: 65,
  },
  // Migration in batches, and what is derived from a schema.
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
