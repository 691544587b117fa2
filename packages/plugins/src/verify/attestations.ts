import type { Envelope } from './dsse.ts';
import { isRecord } from '../manifest-values.ts';
import { predicateType } from './statement.ts';

/** The answer of a registry to `/-/npm/v1/attestations/<name>@<version>`. */
export interface Attestations {
  readonly attestations: readonly {
    readonly predicateType: string;
    readonly bundle: {
      readonly mediaType: string;
      readonly verificationMaterial: object;
      readonly dsseEnvelope: Envelope;
    };
  }[];
}

/** Puts the signature of a publisher where clients of npm look for attestations. */
export function attestationsOf(envelopes: readonly Envelope[]): Attestations {
  return {
    attestations: envelopes.map((dsseEnvelope) => ({
      predicateType,
      bundle: {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: dsseEnvelope.signatures[0]?.keyid ?? '' } },
        dsseEnvelope,
      },
    })),
  };
}

/** The envelopes of publishers in such an answer, not yet checked; attestations of other kinds are passed over. */
export function envelopesIn(document: unknown): readonly unknown[] {
  const list = isRecord(document) && Array.isArray(document['attestations']) ? document['attestations'] : [];
  return (list as readonly unknown[]).flatMap((each) => {
    if (!isRecord(each) || each['predicateType'] !== predicateType || !isRecord(each['bundle'])) return [];
    return [each['bundle']['dsseEnvelope']];
  });
}
