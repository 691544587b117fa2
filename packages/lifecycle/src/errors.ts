import { defineErrors, type Catalogue } from '@seaworthy/errors/define';

const definitions = {
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{value}` ({type}).',
    exitCode: 78,
  },
  UNKNOWN_OPTION: {
    message: 'There is no option `{option}`. Correct or remove it. Known are: {known}.',
    exitCode: 78,
  },
  DUPLICATE_NAME: {
    message: 'The name "{name}" is taken by another {kind}. Give each {kind} a name of its own.',
    exitCode: 78,
  },
  UNKNOWN_DEPENDENCY: {
    message: 'Resource "{name}" starts after "{dependency}", but nothing has that name. Add it, or correct `after`.',
    exitCode: 78,
  },
  DEPENDENCY_CYCLE: {
    message: 'These resources wait for each other: {path}. Remove one of the `after` entries.',
    exitCode: 78,
  },
  ALREADY_STARTED: {
    message: 'Cannot {action} while the lifecycle is {state}. Do it once, before start().',
    exitCode: 70,
  },
  START_FAILED: {
    message: 'Resource "{name}" failed to start: {reason}. What had started was stopped again.',
    exitCode: 1,
  },
  START_TIMEOUT: {
    message:
      'Resource "{name}" did not start within {timeoutMs} ms. Check what it waits for, or raise its `startTimeoutMs`.',
    exitCode: 1,
  },
  STILL_STARTING: {
    message:
      'Resource "{name}" was still starting after {durationMs} ms when everything stopped. Let its `start` end when its signal aborts.',
    exitCode: 1,
  },
  STOPPED_WHILE_STARTING: {
    message: 'The lifecycle was stopped ({reason}) before it had started.',
    exitCode: 1,
  },
  CHECK_TIMEOUT: {
    message: 'No answer within {timeoutMs} ms.',
    httpStatus: 503,
  },
  CHECK_ABORTED: {
    message: 'The lifecycle stopped before the check answered.',
    httpStatus: 503,
  },
  DISK_LOW: {
    message: 'Only {freeBytes} bytes are free at {path}, less than {minFreeBytes}. Free some space.',
    httpStatus: 503,
  },
  UNEXPECTED_STATUS: {
    message: '{url} answered with {status}.',
    httpStatus: 503,
  },
  UNKNOWN_GROUP: {
    message: 'No health check belongs to the group "{group}". Known groups: {known}.',
    httpStatus: 404,
  },
} as const;

/** Every error this package can throw. */
export const LifecycleErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.lifecycle', definitions);
