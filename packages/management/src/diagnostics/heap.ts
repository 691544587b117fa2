import { pipeline, type Readable } from 'node:stream';
import { getHeapSnapshot, getHeapStatistics } from 'node:v8';
import { ManagementErrors } from '../errors.ts';
import { hideTexts } from './hide-texts.ts';

/**
 * A heap snapshot in the format of V8, with the contents of all texts hidden. Building it stops the thread for
 * seconds with each 100 MB; reading it does not.
 *
 * @throws HEAP_TOO_LARGE
 */
export function streamHeap(maxHeapBytes: number): Readable {
  const { used_heap_size: heapBytes } = getHeapStatistics();
  if (heapBytes > maxHeapBytes) throw new ManagementErrors.HEAP_TOO_LARGE({ heapBytes, maxHeapBytes });
  const hidden = hideTexts();
  // The reader learns of an error from the stream that it holds.
  pipeline(getHeapSnapshot(), hidden, () => undefined);
  return hidden;
}
