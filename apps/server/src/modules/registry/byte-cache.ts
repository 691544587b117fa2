/** Keeps what was asked for last, up to a number of bytes. */
export interface ByteCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): void;
  clear(): void;
}

/** What an entry costs beside its bytes. */
const overheadBytes = 200;

export function createByteCache<Value>(limitBytes: number): ByteCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let held = 0;
  const forget = (key: string): void => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // A map remembers the order of insertion: the first one was asked for longest ago.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, bytes) {
      forget(key);
      if (bytes > limitBytes / 4) return;
      entries.set(key, { value, bytes: bytes + overheadBytes });
      held += bytes + overheadBytes;
      for (const oldest of entries.keys()) {
        if (held <= limitBytes) break;
        forget(oldest);
      }
    },
    delete: forget,
    clear() {
      entries.clear();
      held = 0;
    },
  };
}
