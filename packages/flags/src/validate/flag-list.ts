import { isList, isRecord } from '../json.ts';
import { at, show, type Report } from './problem.ts';

/**
 * The flags of a document by their key.
 *
 * A list is what flagd's daemon also takes: it counts only where `$schema` names the daemon's schema, `flagd.json`.
 */
export function flagsByKey(
  document: Readonly<Record<string, unknown>>,
  report: Report,
): Readonly<Record<string, unknown>> | undefined {
  const { flags, $schema } = document;
  if (isRecord(flags)) return flags;
  if (!isList(flags) || typeof $schema !== 'string' || !$schema.endsWith('flagd.json')) {
    report('flags', `is ${show(flags)}; write an object of key to flag`);
    return undefined;
  }
  const byKey = new Map<string, unknown>();
  for (const [index, flag] of flags.entries()) {
    const key = isRecord(flag) ? flag['key'] : undefined;
    if (typeof key !== 'string') report(at('flags', index), 'is a flag without a key');
    else if (byKey.has(key)) report(at('flags', index), `has the key ${show(key)} of another flag`);
    else byKey.set(key, flag);
  }
  return Object.fromEntries(byKey);
}
