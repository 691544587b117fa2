import type { Examiner } from '../examine.ts';
import { expectKnown, type OptionNames } from '../expect-option.ts';
import type { PluginCode, TierName } from '../isolation/tier.ts';
import type { PluginManifest } from '../manifest.ts';
import type { AuditTrail } from '../policy.ts';
import { scanImports, type ScanCache } from '../scan.ts';
import { describeFinding } from '../scan/judge.ts';
import { parseTrustPolicy } from './policy.ts';
import { digestFolder } from './tree.ts';
import type { TrustResult } from './verify-plugin.ts';
import { verifySignatures, type VerifyOptions } from './verify-signatures.ts';

export interface TrustOptions extends Omit<VerifyOptions, 'onWarning'> {
  /** Saves scanning the same files again. @default one for this object */
  readonly cache?: ScanCache;
  /** With mode `warn`: is told what a plugin would have been refused for. */
  readonly onWarning?: (warning: TrustWarning) => void;
}

/** What a plugin would have been refused for. */
export interface TrustWarning {
  readonly plugin: string;
  readonly version: string;
  /** `signatures` or `imports`. */
  readonly examiner: string;
  readonly message: string;
}

/** A trust policy at work: goes into `policy` of `createPluginHost` as it is. */
export interface Trust {
  /** Signatures first, imports second. */
  readonly examiners: readonly Examiner[];
  /** The tier for what was proved about a plugin; for one that was not examined, that of unsigned plugins. */
  isolation(manifest: PluginManifest): TierName;
  readonly audit?: AuditTrail;
  /** What was proved about a plugin. */
  resultOf(id: string, version: string): TrustResult | undefined;
}

const optionNames: OptionNames<TrustOptions> = {
  policy: true,
  keys: true,
  registryKeys: true,
  evidence: true,
  audit: true,
  now: true,
  cache: true,
  onWarning: true,
};

/** Puts a trust policy to work. @throws POLICY_INVALID, INVALID_OPTION, UNKNOWN_OPTION */
export function createTrust(options: TrustOptions): Trust {
  expectKnown('', options, optionNames);
  const policy = parseTrustPolicy(options.policy);
  const { cache, onWarning, ...others } = options;
  const { audit } = others;
  const tell = (code: PluginCode, examiner: string, message: string): void =>
    onWarning?.({ plugin: code.id, version: code.version, examiner, message });
  const signatures = verifySignatures({
    ...others,
    policy,
    onWarning: (code, error) => tell(code, 'signatures', error instanceof Error ? error.message : String(error)),
  });
  const mode = policy.imports.mode ?? policy.mode;
  const imports = scanImports({
    policy: policy.imports,
    mode,
    ...(audit && { audit }),
    ...(cache && { cache }),
    digest: async (code, signal) => signatures.takeTree(code) ?? (await digestFolder(code.directory, { signal })),
    onFindings: (code, findings) => {
      if (mode === 'warn') tell(code, 'imports', findings.map(describeFinding).join('\n'));
    },
  });
  const resultOf = signatures.resultOf.bind(signatures);
  return {
    examiners: [signatures, imports],
    isolation: ({ id, version = '0.0.0' }) => policy.isolation[resultOf(id, version)?.level ?? 'unsigned'],
    ...(audit && { audit }),
    resultOf,
  };
}
