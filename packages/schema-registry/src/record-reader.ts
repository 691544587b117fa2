import { withDeadline, type Waited } from './deadline.ts';
import type { StoredRecord } from './records.ts';

type Records = AsyncIterable<StoredRecord> | Iterable<StoredRecord>;

/** Reads one record after the other, each with a deadline; whatever ends it, the source is told to close. */
export async function* recordsFrom(
  read: (signal: AbortSignal) => Records,
  wait: () => Waited,
): AsyncGenerator<StoredRecord> {
  const closed = new AbortController();
  const { signal } = wait();
  const iterator = iterate(read(signal ? AbortSignal.any([signal, closed.signal]) : closed.signal));
  let isOver = false;
  try {
    for (;;) {
      const next = await withDeadline(wait(), () => iterator.next());
      if (next.done === true) {
        isOver = true;
        return;
      }
      yield next.value;
    }
  } finally {
    closed.abort();
    if (!isOver) await close(iterator, wait());
  }
}

function iterate(records: Records): AsyncIterator<StoredRecord> | Iterator<StoredRecord> {
  return Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]();
}

/** What went wrong before is what is reported, so a source that cannot be closed stays silent. */
async function close(iterator: AsyncIterator<StoredRecord> | Iterator<StoredRecord>, waited: Waited): Promise<void> {
  const { signal: _, ...rest } = waited;
  try {
    await withDeadline({ ...rest, signal: undefined }, () => iterator.return?.());
  } catch {
    // Closed as well as it can be.
  }
}
