// Messages over a pipe: the length in four bytes, then the value as V8 clones it.
// (1) A frame that is too large is never kept in memory: it is counted and skipped.
import { deserialize, serialize } from 'node:v8';
import { tooLarge } from './guest-errors.ts';

const headBytes = 4;

/** @throws what V8 says of values that cannot be cloned, NOT_CLONEABLE when the frame is larger than `mostBytes` */
export function frameOf(value: unknown, mostBytes: number): Buffer {
  const body = serialize(value);
  if (body.length > mostBytes) {
    throw tooLarge(body.length, mostBytes);
  }
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

export interface FrameReader {
  /** Takes bytes as they come. */
  push(chunk: Buffer): void;
}

export interface FrameReaderOptions {
  readonly mostBytes: number;
  readonly onValue: (value: unknown) => void;
  /** Told of frames that are too large or do not hold a value. */
  readonly onRefused: (why: string) => void;
}

export function createFrameReader({ mostBytes, onValue, onRefused }: FrameReaderOptions): FrameReader {
  let parts: Buffer[] = [];
  let held = 0;
  let skip = 0;
  const take = (count: number): Buffer => {
    const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, held);
    parts = all.length > count ? [all.subarray(count)] : [];
    held -= count;
    return all.subarray(0, count);
  };
  let wanted = headBytes;
  let isHead = true;
  const step = (): void => {
    const bytes = take(wanted);
    if (!isHead) {
      isHead = true;
      wanted = headBytes;
      deliver(bytes, onValue, onRefused);
      return;
    }
    const length = bytes.readUInt32LE();
    if (length <= mostBytes) {
      isHead = false;
      wanted = length;
      return;
    }
    onRefused(`it has ${length} bytes, and at most ${mostBytes} may cross at a time`);
    skip = length;
  };
  return {
    push(chunk) {
      parts.push(chunk);
      held += chunk.length;
      for (;;) {
        if (skip > 0) {
          const dropped = Math.min(skip, held);
          take(dropped);
          skip -= dropped;
          if (skip > 0) return;
        }
        if (held < wanted) return;
        step();
      }
    },
  };
}

function deliver(bytes: Buffer, onValue: (value: unknown) => void, onRefused: (why: string) => void): void {
  let value: unknown;
  try {
    value = deserialize(bytes);
  } catch {
    onRefused('its bytes are not a value');
    return;
  }
  onValue(value);
}
