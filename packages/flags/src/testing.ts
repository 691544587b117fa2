import type { FlagDocument } from './document.ts';
import { createFlags, FlagErrors, memory } from './index.ts';
import type { Flags, FlagsOptions } from './index.ts';

/** Flags for a test, whose variants can be demanded for a while. */
export interface TestFlags {
  readonly flags: Flags;
  /**
   * Demands variants by key until the answer is disposed; scopes may lie in each other, and the innermost counts.
   *
   * @throws INVALID_OPTION for a flag or a variant that is not there.
   */
  override(variants: Readonly<Record<string, string>>): Promise<AsyncDisposable>;
}

/** Flags held in memory. Close `flags` at the end. @throws INVALID_DOCUMENT, INVALID_OPTION */
export async function createTestFlags(
  document: FlagDocument,
  options: Omit<FlagsOptions, 'source' | 'overrides'> = {},
): Promise<TestFlags> {
  const source = memory(document);
  const scopes = new Set<Readonly<Record<string, string>>>();
  const flags = await createFlags({ ...options, source });
  const apply = async (): Promise<void> => {
    source.set(withVariants(document, Object.assign({}, ...scopes)));
    await flags.reload();
  };
  return {
    flags,
    async override(variants) {
      checkVariants(document, variants);
      const scope = { ...variants };
      scopes.add(scope);
      await apply();
      return {
        async [Symbol.asyncDispose]() {
          if (scopes.delete(scope)) await apply();
        },
      };
    },
  };
}

function withVariants(document: FlagDocument, variants: Readonly<Record<string, string>>): FlagDocument {
  const flags = { ...document.flags };
  for (const [key, variant] of Object.entries(variants)) {
    const flag = flags[key];
    if (flag) flags[key] = { ...flag, state: 'ENABLED', defaultVariant: variant, targeting: {} };
  }
  return { ...document, flags };
}

function checkVariants({ flags }: FlagDocument, variants: Readonly<Record<string, string>>): void {
  for (const [key, variant] of Object.entries(variants)) {
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
    if (flag && Object.hasOwn(flag.variants, variant)) continue;
    const expected = flag
      ? `one of ${Object.keys(flag.variants).join(', ')}`
      : `a flag: one of ${Object.keys(flags).join(', ')}`;
    throw new FlagErrors.INVALID_OPTION({ option: key, expected, received: variant });
  }
}
