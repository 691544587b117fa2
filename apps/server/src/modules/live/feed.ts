// (1) Reports are told in the order in which they were announced: they are read one after the other.
// (2) What cannot be read, or is more than is kept, is told as "missed": a listener never believes that it has heard all when it has not.
import type { NoticeListener } from '../../storage/notices.ts';
import type { StoredReport } from '../reports/store.ts';
import type { MayHear } from './audience.ts';
import type { LiveMessage } from './message.ts';

/** A report, and who may hear of it. */
export interface ReportToTell {
  readonly report: StoredReport;
  readonly mayHear: MayHear;
}

export interface FeedOptions {
  readonly find: (id: string) => Promise<ReportToTell | undefined>;
  /** Without `mayHear` all hear it. */
  readonly tell: (message: LiveMessage, mayHear?: MayHear) => void;
  /** Nothing is read for nobody. */
  readonly hasListeners: () => boolean;
  readonly onFailed: (error: unknown) => void;
  /** The most that wait to be read. @default 1000 */
  readonly maxWaiting?: number;
}

export interface Feed extends NoticeListener {
  /** A report is stored here. */
  stored(id: string): void;
}

const missed: LiveMessage = { version: 1, type: 'missed' };

/** Tells listeners of what is stored, here or by another instance. */
export function createFeed({ find, tell, hasListeners, onFailed, maxWaiting = 1_000 }: FeedOptions): Feed {
  let waiting = 0;
  let last = Promise.resolve();
  const tellOf = async (id: string): Promise<void> => {
    try {
      const found = await find(id);
      if (found === undefined) tell(missed);
      else tell({ version: 1, type: 'report', report: found.report }, found.mayHear);
    } catch (error) {
      onFailed(error);
      tell(missed);
    } finally {
      waiting -= 1;
    }
  };
  const stored = (id: string): void => {
    if (!hasListeners()) return;
    if (waiting >= maxWaiting) {
      tell(missed);
      return;
    }
    waiting += 1;
    last = last.then(() => tellOf(id));
  };
  return {
    stored,
    changed: (topic, id) => void (topic === 'report' && stored(id)),
    missed: () => tell(missed),
  };
}
