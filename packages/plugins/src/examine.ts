import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { PluginCode } from './isolation/tier.ts';

/** Looks at the code of a plugin before any of it runs: signatures, imports, licences. */
export interface Examiner {
  /** Names it in errors and in the audit trail, such as `signatures`. */
  readonly name: string;
  /** Resolves when the plugin may be loaded; rejects with the reason when it is refused. */
  examine(code: PluginCode, options: { readonly signal: AbortSignal }): Promise<void>;
  /** The files that it has examined last, as `PluginCode` has them in `examined`: another file is not loaded, where a tier can tell. */
  filesOf?(code: PluginCode): ReadonlyMap<string, string> | undefined;
}

/** Asks one examiner after the other. @throws PLUGIN_REFUSED, with what the examiner threw as the cause. */
export async function examineCode(
  code: PluginCode,
  examiners: readonly Examiner[],
  signal: AbortSignal,
): Promise<void> {
  for (const examiner of examiners) {
    signal.throwIfAborted();
    try {
      await examiner.examine(code, { signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw new PluginErrors.PLUGIN_REFUSED(
        {
          plugin: code.id,
          version: code.version,
          examiner: examiner.name,
          reason: messageOf(cause).replace(/\.$/, ''),
        },
        { cause },
      );
    }
  }
}
