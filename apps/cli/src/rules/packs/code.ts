import type { Rule } from '../contract.ts';
import { asyncPromiseExecutor } from '../async-promise-executor/rule.ts';
import { blockingCallInHandler } from '../blocking-call-in-handler/rule.ts';
import { debuggerStatement } from '../debugger-statement/rule.ts';
import { deferredWork } from '../deferred-work/rule.ts';
import { emptyCatch } from '../empty-catch/rule.ts';
import { environmentReadEverywhere } from '../environment-read-everywhere/rule.ts';
import { expressWithoutErrorHandler } from '../express-without-error-handler/rule.ts';
import { flagWithoutOwner } from '../flag-without-owner/rule.ts';
import { focusedTest } from '../focused-test/rule.ts';
import { importTimeTimer } from '../import-time-timer/rule.ts';
import { noSigtermHandler } from '../no-sigterm-handler/rule.ts';
import { poolWithoutConnectionTimeout } from '../pool-without-connection-timeout/rule.ts';
import { processExitInLibrary } from '../process-exit-in-library/rule.ts';
import { requestWithoutTimeout } from '../request-without-timeout/rule.ts';
import { retryWithoutPause } from '../retry-without-pause/rule.ts';
import { serverTimeoutDisabled } from '../server-timeout-disabled/rule.ts';
import { shutdownWithoutDeadline } from '../shutdown-without-deadline/rule.ts';
import { sigtermExitsAtOnce } from '../sigterm-exits-at-once/rule.ts';
import { swallowedRejection } from '../swallowed-rejection/rule.ts';
import { thrownLiteral } from '../thrown-literal/rule.ts';
import { unboundedPromiseAll } from '../unbounded-promise-all/rule.ts';
import { uncaughtExceptionSurvived } from '../uncaught-exception-survived/rule.ts';
import { uncheckedNumberFromEnvironment } from '../unchecked-number-from-environment/rule.ts';

/** Rules about what JavaScript and TypeScript do when something fails. */
export const codeRules: readonly Rule[] = [
  thrownLiteral,
  emptyCatch,
  swallowedRejection,
  expressWithoutErrorHandler,
  processExitInLibrary,
  uncaughtExceptionSurvived,
  asyncPromiseExecutor,
  importTimeTimer,
  noSigtermHandler,
  sigtermExitsAtOnce,
  shutdownWithoutDeadline,
  environmentReadEverywhere,
  uncheckedNumberFromEnvironment,
  requestWithoutTimeout,
  unboundedPromiseAll,
  retryWithoutPause,
  poolWithoutConnectionTimeout,
  blockingCallInHandler,
  serverTimeoutDisabled,
  deferredWork,
  focusedTest,
  debuggerStatement,
  flagWithoutOwner,
];
