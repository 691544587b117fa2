import type { FlagDefinition } from './document.ts';

/** Demands variants, whatever state and targeting say. */
export interface FlagOverrides {
  /** The variant a flag must have, or undefined to leave it alone. */
  variantFor(key: string, definition: FlagDefinition): string | undefined;
}

/** Demands variants by name: for tests and for switches of the program. */
export function fixed(variants: Readonly<Record<string, string>>): FlagOverrides {
  return { variantFor: (key) => (Object.hasOwn(variants, key) ? variants[key] : undefined) };
}

/**
 * Demands variants by environment variable: `FLAG_NEW_UI=on` for the flag `new-ui` with the prefix `FLAG_`.
 *
 * The value is the name of a variant, or the value of one (`true`, `10`). Variables are read when a document comes into use.
 */
export function env(
  prefix: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): FlagOverrides {
  return {
    variantFor(key, { variants }) {
      const wanted = variables[prefix + key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')];
      if (wanted === undefined || wanted === '' || Object.hasOwn(variants, wanted)) return wanted || undefined;
      const byValue = Object.entries(variants).find(
        ([, value]) => typeof value !== 'object' && JSON.stringify(value) === wanted,
      );
      return byValue?.[0] ?? wanted;
    },
  };
}
