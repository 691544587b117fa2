import { defineErrors } from '@seaworthy/errors/define';
import type { Catalogue } from '@seaworthy/errors/define';

const definitions = {
  UNKNOWN_LEVEL: {
    message: 'Level {received} does not exist. Use one of: {known}.',
    exitCode: 78,
  },
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got {received}.',
    exitCode: 78,
  },
  UNKNOWN_OPTION: {
    message: 'There is no option `{option}`. Correct or remove it. Known are: {known}.',
    exitCode: 78,
  },
  INVALID_REDACT_PATH: {
    message:
      'Redaction path {received} cannot be read. Write it like `card.number`, `users[*].token` or `headers["x-api-key"]`.',
    exitCode: 78,
  },
  FILE_NOT_OPENED: {
    message: 'Log file {path} cannot be opened for appending: {reason}. Check the directory and its permissions.',
    exitCode: 73,
  },
  OTEL_MISSING: {
    message:
      'The option `otel` needs the package @opentelemetry/api, which cannot be loaded. Install it, or give `activeSpan`.',
    exitCode: 78,
  },
  WORKER_MODULE: {
    message: 'The default export of {module} made neither a sink nor a winston transport. Let it return one of them.',
    exitCode: 78,
  },
  AUDIT_LOCKED: {
    message:
      'Audit log {path} is being written by process {pid}. Let one process write it; if that process is gone, delete {lock}.',
    exitCode: 73,
  },
  AUDIT_DAMAGED: {
    message:
      'Audit log {path} is damaged: {reason}. Look at it with verifyAudit(), keep it with its head file, and start another.',
    exitCode: 65,
  },
  AUDIT_NOT_WRITTEN: {
    message: 'Audit entry {seq} could not be written to {path}: {reason}. Treat the audited action as failed.',
    exitCode: 74,
  },
  AUDIT_USAGE: {
    message: 'The command was not understood: {problem}. `seaworthy-audit --help` tells how to use it.',
    exitCode: 2,
  },
} as const;

/** Every error this package throws; logging itself throws none. */
export const LoggerErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.logger', definitions);
