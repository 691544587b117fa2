import { unleashDialect, type UnleashOptions } from './dialects/unleash/dialect.ts';
import type { Evaluation } from './evaluation.ts';
import { memory, type MemorySource } from './sources/memory.ts';

export { unleashDialect } from './dialects/unleash/dialect.ts';
export type { UnleashOptions } from './dialects/unleash/dialect.ts';
export type { CustomStrategy } from './dialects/unleash/feature.ts';

/** A variant in the shape that Unleash's clients answer with. */
export interface VariantAnswer {
  /** `disabled` where there is no variant. */
  readonly name: string;
  readonly enabled: boolean;
  readonly feature_enabled: boolean;
  readonly payload?: { readonly type: string; readonly value: string };
}

/** Takes what Unleash's client API answers with, as an object or as JSON text, for `createFlags({ source })`. */
export function unleash(state: object | string, options: UnleashOptions = {}): MemorySource {
  return {
    ...memory(typeof state === 'string' ? state : JSON.stringify(state)),
    name: 'unleash',
    dialect: unleashDialect(options),
  };
}

/** What `getVariant` of Unleash's clients answers, out of an evaluation. */
export function variantOf({ value, variant, flagMetadata }: Evaluation): VariantAnswer {
  const { 'payload.type': type, 'payload.value': raw } = flagMetadata;
  const isEnabled = value === true;
  if (!isEnabled || variant === undefined) return { name: 'disabled', enabled: false, feature_enabled: isEnabled };
  const payload = typeof type === 'string' && typeof raw === 'string' ? { payload: { type, value: raw } } : {};
  return { name: variant, ...payload, enabled: true, feature_enabled: true };
}
