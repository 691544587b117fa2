import { isTierName, tierNames } from './isolation/tier.ts';
import type { PluginManifest } from './manifest.ts';
import { isRecord, isStrings, show, unknownNames } from './manifest-values.ts';

/** What is wrong with where its code lies and what it may do there. */
export function placementProblems(manifest: PluginManifest): readonly string[] {
  const { entry, isolation, inlineOnly, permissions, limits } = manifest;
  return [
    ...inlineProblems(inlineOnly, isolation),
    ...entryProblems(entry),
    ...isolationProblems(isolation),
    ...permissionProblems(permissions),
    ...limitProblems(limits),
  ];
}

function entryProblems(entry: unknown): readonly string[] {
  if (entry === undefined || isInside(entry)) return [];
  return [`has the entry ${show(entry)}; write a path inside the package, such as "./index.js"`];
}

/** Whether a text names a file below the folder it starts from. */
function isInside(path: unknown): boolean {
  const base = 'file:///package/';
  if (typeof path !== 'string' || path === '' || path.includes('\\') || /%2f|%5c/i.test(path)) return false;
  const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
  return (
    url !== undefined && url.search + url.hash === '' && url.href.length > base.length && url.href.startsWith(base)
  );
}

function isolationProblems(isolation: unknown): readonly string[] {
  if (isolation === undefined) return [];
  if (!isRecord(isolation)) return [`has \`isolation\` ${show(isolation)}; write { "minimum": "worker" }`];
  const { minimum } = isolation;
  const isKnown = minimum === undefined || isTierName(minimum);
  return [
    ...(isKnown ? [] : [`has \`isolation.minimum\` ${show(minimum)}; write one of ${tierNames.join(', ')}`]),
    ...unknownNames('isolation', isolation, ['minimum']),
  ];
}

function inlineProblems(inlineOnly: unknown, isolation: unknown): readonly string[] {
  if (inlineOnly === undefined || inlineOnly === false) return [];
  if (inlineOnly !== true) return [`has \`inlineOnly\` ${show(inlineOnly)}; write true or false`];
  const minimum = isRecord(isolation) ? (isolation['minimum'] ?? 'inline') : 'inline';
  return minimum === 'inline' ? [] : ['has both `inlineOnly` and an `isolation.minimum`; leave out one of the two'];
}

const listed = ['net', 'env', 'imports', 'services'] as const;

function permissionProblems(permissions: unknown): readonly string[] {
  if (permissions === undefined) return [];
  if (!isRecord(permissions)) return [`has \`permissions\` ${show(permissions)}; write an object`];
  return [
    ...listed.flatMap((name) => textProblems(`permissions.${name}`, permissions[name])),
    ...fileProblems(permissions['fs']),
    ...unknownNames('permissions', permissions, ['fs', ...listed]),
  ];
}

function fileProblems(fs: unknown): readonly string[] {
  if (fs === undefined) return [];
  if (!isRecord(fs)) return [`has \`permissions.fs\` ${show(fs)}; write { "read": […], "write": […] }`];
  return [
    ...textProblems('permissions.fs.read', fs['read']),
    ...textProblems('permissions.fs.write', fs['write']),
    ...unknownNames('permissions.fs', fs, ['read', 'write']),
  ];
}

/** A list of texts, or nothing. */
export function textProblems(where: string, value: unknown): readonly string[] {
  return value === undefined || isStrings(value) ? [] : [`has \`${where}\` that is not a list of texts`];
}

const limitNames = ['memoryMb', 'callTimeoutMs', 'cpuMs', 'messageBytes'];

function limitProblems(limits: unknown): readonly string[] {
  if (limits === undefined) return [];
  if (!isRecord(limits)) return [`has \`limits\` ${show(limits)}; write an object`];
  const isLimit = (value: unknown): boolean => Number.isFinite(value) && Number(value) > 0;
  const wrong = limitNames.filter((name) => limits[name] !== undefined && !isLimit(limits[name]));
  return [
    ...wrong.map((name) => `has \`limits.${name}\` ${show(limits[name])}; write a number above 0`),
    ...unknownNames('limits', limits, limitNames),
  ];
}
