import { createHash } from 'node:crypto';

/** `sha512-…` of the bytes of one file, as a `PackageTree` has it. */
export function fileDigest(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
