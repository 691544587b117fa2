import type { Finding } from '../report/report.ts';

/**
 * Where findings stand after a text has changed: those above and below the lines that changed go with their lines, and those in between
 * are left out until somebody has looked again.
 */
export function moveFindings(findings: readonly Finding[], before: string, after: string): readonly Finding[] {
  if (before === after || findings.length === 0) return findings;
  const [old, now] = [before.split('\n'), after.split('\n')];
  const most = Math.min(old.length, now.length);
  let above = 0;
  while (above < most && old[above] === now[above]) above += 1;
  let below = 0;
  while (below < most - above && old.at(-1 - below) === now.at(-1 - below)) below += 1;
  const shift = now.length - old.length;
  return findings.flatMap((finding) => {
    const { line, end } = finding;
    if (line === undefined || (end?.line ?? line) <= above) return [finding];
    if (line <= old.length - below) return [];
    return [{ ...finding, line: line + shift, ...(end && { end: { ...end, line: end.line + shift } }) }];
  });
}
