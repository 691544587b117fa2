import type { Rule } from '../contract.ts';
import { consoleInService } from '../console-in-service/rule.ts';
import { constantReadiness } from '../constant-readiness/rule.ts';
import { errorLoggedWithoutStack } from '../error-logged-without-stack/rule.ts';
import { fixedLogLevel } from '../fixed-log-level/rule.ts';
import { noHealthEndpoint } from '../no-health-endpoint/rule.ts';
import { noTelemetry } from '../no-telemetry/rule.ts';
import { requestLoggedWhole } from '../request-logged-whole/rule.ts';
import { secretLogged } from '../secret-logged/rule.ts';
import { tracingStartedLate } from '../tracing-started-late/rule.ts';
import { unboundedMetricLabel } from '../unbounded-metric-label/rule.ts';

/** Rules about logs, metrics, traces and health. */
export const observabilityRules: readonly Rule[] = [
  consoleInService,
  secretLogged,
  requestLoggedWhole,
  fixedLogLevel,
  errorLoggedWithoutStack,
  noTelemetry,
  unboundedMetricLabel,
  tracingStartedLate,
  noHealthEndpoint,
  constantReadiness,
];
