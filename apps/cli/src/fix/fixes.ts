import type { RawFinding } from '../engine/raw-finding.ts';
import type { Edit } from '../rules/contract.ts';

/** What mends one finding: plain data, which comes from the thread that audits. */
export interface Fix {
  readonly rule: string;
  readonly title: string;
  /** Relative to the audited directory. */
  readonly file: string;
  readonly line: number;
  readonly edits: readonly [Edit, ...Edit[]];
}

/** What mends these findings, for those that can be mended. */
export function fixesOf(findings: readonly RawFinding[]): readonly Fix[] {
  return findings.flatMap(({ rule: { id, title }, raw: { file, position, edits = [] } }) => {
    const [first, ...others] = edits;
    return first === undefined
      ? []
      : [{ rule: id, title, file, line: position?.line ?? 1, edits: [first, ...others] as const }];
  });
}
