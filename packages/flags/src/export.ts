import type { FlagDocument } from './document.ts';
import { FlagErrors } from './errors.ts';
import { inlineFlags } from './inline.ts';
import { isRecord } from './json.ts';
import type { BucketingVersion } from './operators/fractional.ts';
import { validateFlags } from './validate/document.ts';
import { flagsByKey } from './validate/flag-list.ts';

export interface ExportOptions {
  /**
   * How the flags are bucketed where they are read: version 3 cannot say another flag's buckets.
   *
   * @default 'v2'
   */
  readonly bucketing?: BucketingVersion;
}

/**
 * The document as plain flagd: each `{ "flag": [key, variant] }` is replaced by what that flag's state, default and targeting
 * say, with the same people in the same buckets. Overrides of the program are no part of a document.
 *
 * @param document A parsed document; it is not changed. A list of flags comes out as an object.
 * @throws INVALID_DOCUMENT; NOT_EXPORTABLE where a rule cannot be said in another flag.
 */
export function exportFlags(document: unknown, options: ExportOptions = {}): FlagDocument {
  expectValid(document);
  const flags = flagsByKey(document, () => {}) ?? {};
  const { $evaluators } = document;
  const evaluators = isRecord($evaluators) ? $evaluators : {};
  const inline = inlineFlags({ flags, evaluators, bucketing: options.bucketing ?? 'v2' });
  const plainFlags = Object.entries(flags).map(([key, flag]) => {
    if (!isRecord(flag) || flag['targeting'] === undefined) return [key, flag] as const;
    return [key, { ...flag, targeting: inline(flag['targeting'], `Flag "${key}"`) }] as const;
  });
  const plain: unknown = {
    ...document,
    flags: Object.fromEntries(plainFlags),
    ...($evaluators !== undefined && {
      $evaluators: Object.fromEntries(
        Object.entries(evaluators).map(([name, rule]) => [name, inline(rule, `Shared rule "${name}"`)]),
      ),
    }),
  };
  expectPlain(plain);
  return plain;
}

function expectPlain(document: unknown): asserts document is FlagDocument {
  const [problem] = validateFlags(document);
  if (!problem) return;
  const reason = `${problem.path} ${problem.message}`.trim();
  throw new FlagErrors.NOT_EXPORTABLE({ part: 'The document', reason });
}

function expectValid(document: unknown): asserts document is FlagDocument & Record<string, unknown> {
  const problems = validateFlags(document);
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => (path === '' ? `- ${message}` : `- ${path} ${message}`)).join('\n');
  throw new FlagErrors.INVALID_DOCUMENT({ source: 'the document to export', list, problems });
}
