import { defineLazily, type Catalogue, type SchemaLike } from '@seaworthy/errors/define';
import type { Problem } from './problems.ts';

/** What `seaworthy.config.INVALID` carries. */
export type InvalidParams = {
  /** How many problems there are, with the noun: `2 problems`. */
  readonly count: string;
  /** The problems as text, one line each. */
  readonly list: string;
  readonly problems: readonly Problem[];
};

const definitions = {
  INVALID: {
    message: 'The configuration has {count}:\n{list}',
    params: { '~standard': {} } as SchemaLike<InvalidParams>,
    exitCode: 78,
  },
  BAD_SHAPE: {
    message: 'The configuration shape cannot be used: {reason}',
    exitCode: 70,
  },
  BAD_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{value}` ({type}).',
    exitCode: 70,
  },
  UNKNOWN_KEY: {
    message: 'There is no configuration key "{key}".{suggestion} Ask for a key of the shape.',
    exitCode: 70,
  },
  NOT_SECRET: {
    message: 'The configuration key "{key}" is no secret. Read it from `value`, or wrap its leaf in `secret()`.',
    exitCode: 70,
  },
  UNKNOWN_VERSION: {
    message: 'There is no configuration version {version} to go back to. Choose one of {known}.',
    exitCode: 70,
  },
  STALE: {
    message:
      'The configuration has changed since these values were read: version {version} is in force. Look at it again, and change it then.',
    httpStatus: 409,
    exitCode: 75,
  },
  FILE_FAILED: {
    message: 'The file {path} could not be {done} ({reason}). Check the path and the permissions.',
    exitCode: 74,
  },
  NO_PASSPHRASE: {
    message: 'The passphrase of an encrypted file is empty. Give one, or a function that fetches it.',
    exitCode: 78,
  },
  CLOSED: {
    message: 'The configuration is closed and cannot change any more. Load it again.',
    exitCode: 70,
  },
} as const;

/** Every error this package throws. */
export const ConfigErrors: Catalogue<typeof definitions> = defineLazily('seaworthy.config', definitions);
