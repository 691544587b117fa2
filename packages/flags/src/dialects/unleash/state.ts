import { isList, isRecord } from '../../json.ts';

/** Properties as Unleash's API has them; what is absent or of another type has been refused or is ignored. */
export type Properties = Readonly<Record<string, unknown>>;

/** The features and segments of a payload. */
export interface UnleashState {
  readonly features: readonly unknown[];
  readonly segments: readonly unknown[];
}

/**
 * Reads what Unleash's client API answers with: `{ features, segments }`, or `{ events }` of the delta API, applied in order.
 *
 * Undefined if it is neither.
 */
export function stateOf(document: unknown): UnleashState | undefined {
  if (!isRecord(document)) return undefined;
  const { features, segments = [], events } = document;
  if (isList(events)) return applyEvents(events);
  return isList(features) && isList(segments) ? { features, segments } : undefined;
}

function applyEvents(events: readonly unknown[]): UnleashState | undefined {
  let features = new Map<unknown, unknown>();
  let segments = new Map<unknown, unknown>();
  for (const event of events) {
    if (!isRecord(event)) return undefined;
    const { type, feature, featureName, segment, segmentId } = event;
    if (type === 'hydration') {
      features = byProperty(event['features'], 'name');
      segments = byProperty(event['segments'], 'id');
    } else if (type === 'feature-updated' && isRecord(feature)) features.set(feature['name'], feature);
    else if (type === 'feature-removed') features.delete(featureName);
    else if (type === 'segment-updated' && isRecord(segment)) segments.set(segment['id'], segment);
    else if (type === 'segment-removed') segments.delete(segmentId);
  }
  return { features: [...features.values()], segments: [...segments.values()] };
}

function byProperty(list: unknown, name: string): Map<unknown, unknown> {
  return new Map(isList(list) ? list.map((item) => [isRecord(item) ? item[name] : undefined, item]) : []);
}

/** The records of a list; anything else in it is dropped. */
export function recordsOf(list: unknown): readonly Properties[] {
  return isList(list) ? list.filter(isRecord) : [];
}

/** The segments that a strategy names. */
export function segmentIdsOf({ segments }: Properties): readonly unknown[] {
  return isList(segments) ? segments : [];
}

/** The texts of a list, trimmed, without empty ones. */
export function textsOf(list: unknown): readonly string[] {
  const texts = isList(list) ? list.filter((item) => typeof item === 'string') : [];
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** The texts of a list that is written with commas. */
export function splitTexts(value: unknown): readonly string[] {
  return typeof value === 'string' ? textsOf(value.split(',')) : [];
}
