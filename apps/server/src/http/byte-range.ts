// Parts of what is served (RFC 9110, section 14): one range of bytes is answered, several are answered with everything.
import { Transform, type Readable } from 'node:stream';

export interface ByteRange {
  readonly first: number;
  /** The last one is a part of it. */
  readonly last: number;
}

interface Asking {
  readonly range?: string | undefined;
  readonly 'if-range'?: string | string[] | undefined;
}

/** The bytes that are asked for: undefined for all of them, and 'none' for a range in which there are none. */
export function rangeOf(asking: Asking, bytes: number, etag: string): ByteRange | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(asking.range ?? '') ?? [];
  const condition = asking['if-range'];
  // What has changed since, or may have, is sent as a whole.
  if ((from === '' && to === '') || (condition !== undefined && condition !== etag)) return undefined;
  if (from === '') {
    const first = Math.max(0, bytes - Number(to));
    return first < bytes ? { first, last: bytes - 1 } : 'none';
  }
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  // A range that ends before it begins is malformed, and so not heeded.
  if (to !== '' && Number(to) < first) return undefined;
  return first < bytes ? { first, last } : 'none';
}

/** The part of what is read. A stream ends after it, without the rest being read. */
export function partOf(whole: Buffer | Readable, { first, last }: ByteRange): Buffer | Readable {
  if (Buffer.isBuffer(whole)) return whole.subarray(first, last + 1);
  let at = 0;
  const part = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const from = Math.max(0, first - at);
      const to = Math.min(chunk.length, last + 1 - at);
      at += chunk.length;
      if (from < to) this.push(chunk.subarray(from, to));
      done();
      if (at > last) whole.unpipe(part.end()).destroy();
    },
  });
  whole.once('error', (error) => part.destroy(error));
  part.once('close', () => whole.destroy());
  return whole.pipe(part);
}
