import { defineErrors, type Catalogue, type SchemaLike } from '@seaworthy/errors/define';
import type { FlagProblem } from './validate/problem.ts';

const definitions = {
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{received}`.',
    exitCode: 64,
  },
  SOURCE_FAILED: {
    message: 'The flags of {source} cannot be read: {detail}. Make them readable; flags loaded earlier stay in use.',
    retryable: true,
    exitCode: 66,
  },
  NOT_JSON: {
    message: 'The flags of {source} are not JSON: {detail}. Correct them; flags loaded earlier stay in use.',
    exitCode: 78,
  },
  INVALID_DOCUMENT: {
    message: 'The flags of {source} are not valid:\n{list}\nCorrect them; flags loaded earlier stay in use.',
    params: { '~standard': {} } as SchemaLike<{
      readonly source: string;
      readonly list: string;
      readonly problems: readonly FlagProblem[];
    }>,
    exitCode: 78,
  },
  INVALID_RULE: {
    message: 'The rule cannot be compiled: {detail}. Correct it.',
    exitCode: 78,
  },
  RULE_FAILED: {
    message: 'The rule says that it fails. Look at `params.reason` for what it says.',
    params: { '~standard': {} } as SchemaLike<{ readonly reason: unknown }>,
    exitCode: 65,
  },
  EMPTIED: {
    message:
      'The flags of {source} are all gone, there were {count}. Set `allowEmpty` if that is meant; flags loaded earlier stay in use.',
    exitCode: 78,
  },
  OLDER_VERSION: {
    message:
      'The flags of {source} are version {received}, older than version {used} that is in use: a copy that is behind, or one that lost writes. Publish them again to use them; flags loaded earlier stay in use.',
    exitCode: 78,
  },
  NOT_PUBLISHED: {
    message: 'No flags are published in {source} yet. Publish some with `publish()` of the source.',
    retryable: true,
    exitCode: 66,
  },
  PUBLISH_CONFLICT: {
    message:
      'The flags in {source} are version {found}, not {expected} as expected: somebody else published meanwhile. Look at theirs, and publish again.',
    exitCode: 75,
  },
  PEER_MISSING: {
    message:
      'A source made from an address needs the package {package}, which is not installed. Install it, or give a client.',
    exitCode: 78,
  },
  UNKNOWN_VERSION: {
    message: 'There is no version {version} of the flags to go back to; there are {known}. Take one of them.',
    exitCode: 64,
  },
  NOT_EXPORTABLE: {
    message:
      '{part} cannot be written as plain flagd: {reason}. Write its condition without "flag", or leave it out of the export.',
    exitCode: 65,
  },
  NOT_WRITTEN: {
    message: 'The export cannot be written to {file}: {detail}. Name a file that can be written.',
    exitCode: 73,
  },
  USAGE: {
    message: '{problem} `--help` lists what there is.',
    exitCode: 64,
  },
  CLOSED: {
    message: 'These flags are closed and do not load any more. Create new ones.',
  },
} as const;

/** Every error this package throws. */
export const FlagErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.flags', definitions);
