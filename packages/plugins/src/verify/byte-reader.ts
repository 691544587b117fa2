/** Takes exact amounts of bytes out of a stream of chunks. */
export interface ByteReader {
  /** So many bytes; fewer only at the end. */
  take(count: number): Promise<Uint8Array>;
  /** Ends the stream early. */
  close(): Promise<void>;
}

export function readBytes(chunks: AsyncIterator<Uint8Array>): ByteReader {
  let parts: Uint8Array[] = [];
  let held = 0;

  async function fill(count: number): Promise<void> {
    while (held < count) {
      const { done, value } = await chunks.next();
      if (done === true) return;
      parts.push(value);
      held += value.length;
    }
  }

  return {
    async take(count) {
      await fill(count);
      const all = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
      const taken = all.subarray(0, count);
      const rest = all.subarray(taken.length);
      parts = rest.length > 0 ? [rest] : [];
      held = rest.length;
      return taken;
    },
    async close() {
      await chunks.return?.();
    },
  };
}
