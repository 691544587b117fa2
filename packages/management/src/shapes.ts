// The JSON of Spring Boot's Actuator where it has an endpoint of that kind: health, threads, breakers (Resilience4j's).
// https://docs.spring.io/spring-boot/api/rest/actuator/index.html
import type { ErrorCountView, ErrorView, HealthView, ProtectionView } from './contributors.ts';
import type { CheckView } from './contributors.ts';
import type { StackView } from './diagnostics/probe.ts';

/** `UP`, `DEGRADED` (ours; its tools show unknown words as they are) or `DOWN`. */
export function statusWord(status: unknown): string {
  return String(status).toUpperCase();
}

/** One component of a health answer. */
export function component({ status, durationMs, error, details }: CheckView): object {
  return {
    status: statusWord(status),
    details: { ...details, ...(durationMs !== undefined && { durationMs }), ...(error !== undefined && { error }) },
  };
}

/** Words of the draft "Health Check Response Format for HTTP APIs" (draft-inadarei-api-health-check-06). */
const draftWords = { up: 'pass', degraded: 'warn', down: 'fail' } as const;

/** `application/health+json`: the status alone for everyone, the checks for those who may see values. */
export function healthJson({ status, checks }: HealthView, isTrusted: boolean): object {
  if (!isTrusted) return { status: draftWords[status] };
  const time = new Date().toISOString();
  const shown = checks.map(({ name, status: own, durationMs, error }) => {
    const measured = durationMs === undefined ? {} : { observedValue: durationMs, observedUnit: 'ms' };
    return [
      name,
      [{ status: draftWords[own], time, ...measured, ...(error !== undefined && { output: error }) }],
    ] as const;
  });
  return { status: draftWords[status], checks: Object.fromEntries(shown) };
}

/** Actuator's thread dump, of the one thread that there is. */
export function threadDump({ state, frames }: StackView): object {
  const stackTrace = frames.map((frame) => ({
    className: null,
    ...frame,
    nativeMethod: frame.fileName.startsWith('node:'),
  }));
  return { threads: [{ threadName: 'main', threadId: 0, threadState: state, stackTrace }] };
}

/** Resilience4j's list, with our counters. */
export function circuitBreakers(list: readonly ProtectionView[]): object {
  const shown = list.flatMap(({ name, breaker, ...counters }) => {
    if (breaker === undefined) return [];
    const { calls = 0, failed = 0, refused = 0, ...others } = counters;
    const state = breaker.toUpperCase().replaceAll('-', '_');
    const rate = calls === 0 ? '-1.0%' : `${((failed / calls) * 100).toFixed(1)}%`;
    return [
      [
        name,
        { state, failureRate: rate, bufferedCalls: calls, failedCalls: failed, notPermittedCalls: refused, ...others },
      ],
    ];
  });
  return { circuitBreakers: Object.fromEntries(shown) };
}

/** Errors by code, and the newest of them. */
export function errorsBody(counts: readonly ErrorCountView[], recent: readonly ErrorView[]): object {
  const byCode = counts.map(({ code, count, lastTime }) => [code, { count, lastTime }] as const);
  return {
    total: counts.reduce((sum, { count }) => sum + count, 0),
    byCode: Object.fromEntries(byCode),
    recent: recent.map(({ time, code, message, count, severity }) => ({
      time,
      code,
      message,
      count,
      ...(severity !== undefined && { severity }),
    })),
  };
}
