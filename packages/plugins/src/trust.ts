export { createTrust } from './verify/create-trust.ts';
export type { Trust, TrustOptions, TrustWarning } from './verify/create-trust.ts';
export { parseTrustPolicy } from './verify/policy.ts';
export type { TrustLevel, TrustPolicy, TrustPolicyInput } from './verify/policy.ts';
export { verifySignatures } from './verify/verify-signatures.ts';
export type { SignatureExaminer, VerifyOptions } from './verify/verify-signatures.ts';
export type { TrustResult } from './verify/verify-plugin.ts';
export { readEvidence } from './verify/evidence.ts';
export type { PluginEvidence } from './verify/evidence.ts';
export { installPlugin, unpackArchive } from './verify/install.ts';
export type { InstalledPlugin, InstallOptions } from './verify/install.ts';
export { readArchive } from './verify/archive.ts';
export type { ArchiveFile, ReadArchiveOptions } from './verify/archive.ts';
export type { ArchiveLimits } from './verify/archive-limits.ts';
export type { ByteSource } from './verify/gunzip.ts';
export { digestArchive, digestFolder, treeChanges } from './verify/tree.ts';
export type { PackageTree } from './verify/tree.ts';
export { checkIntegrity, integrityOf, parseIntegrity, throughIntegrity } from './verify/sri.ts';
export type { IntegrityAlgorithm, IntegrityHash, IntegrityOptions } from './verify/sri.ts';
export { parseRegistryKeys, verifyRegistrySignatures } from './verify/registry-signature.ts';
export type { RegistryKey, RegistrySignature, SignedVersion } from './verify/registry-signature.ts';
export { coversVersion, isVersionRange, verifyEntitlement, verifyRevocations } from './verify/entitlement.ts';
export type {
  Entitlement,
  Revocations,
  VerifyEntitlementOptions,
  VerifyRevocationsOptions,
} from './verify/entitlement.ts';
export { requireEntitlements } from './verify/require-entitlements.ts';
export type { RequireEntitlementsOptions } from './verify/require-entitlements.ts';
export type { PublishedKeys } from './verify/signed-token.ts';
export { openEnvelope, preAuthEncoding, signEnvelope } from './verify/dsse.ts';
export type { Envelope, EnvelopeDemand, EnvelopeSignature, VerifiedPayload } from './verify/dsse.ts';
export { claimOf, permissionDigest, signClaim, signPlugin, verifyClaim } from './verify/statement.ts';
export type { PluginClaim, VerifiedClaim } from './verify/statement.ts';
export { attestationsOf, envelopesIn } from './verify/attestations.ts';
export type { Attestations } from './verify/attestations.ts';
export { keyIdOf, publicKeyText } from './verify/key-id.ts';
export { openKeys, signKeys } from './verify/keys.ts';
export type { KeyRing, OpenKeysOptions, RingKey, Roots, SeenKeys } from './verify/keys.ts';
export type { KeysContent, PublisherKey } from './verify/keys-content.ts';
export { readKeys } from './verify/keys-file.ts';
export type { ReadKeysOptions } from './verify/keys-file.ts';
export { scanImports, scanPlugin } from './scan.ts';
export type { ScanCache, ScanOptions } from './scan.ts';
export { describeFinding } from './scan/judge.ts';
export type { ImportPolicy, ScanFinding } from './scan/judge.ts';
export type { ScannedPackage, ScanPackageOptions } from './scan/package.ts';
export type { Fact, ScanRule } from './scan/facts.ts';
export { auditTo } from './audit.ts';
export type { AuditSink } from './audit.ts';
