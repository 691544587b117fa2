// How far a replica is, in time: the primary is asked for its position in the log again and again, and who has replayed the log to
// a position has everything that was committed before the question.
// (1) Only the clock of this process is used, and nothing is written.
// (2) After a failover the log goes on from where the new primary was. A replica that had gone further than that has changes that
//     never were: so nobody is believed until it has gone further than anybody had been before.

/** What a server of PostgreSQL says of itself. */
export interface Standing {
  readonly isReplica: boolean;
  /** In bytes: how far a replica has replayed the log, or a primary has written it. */
  readonly position: number;
  /** Of a primary: another one after each failover. */
  readonly timeline: string;
  /** The same for a primary and all its replicas, and the schema of the tables. */
  readonly database: string;
  readonly segmentBytes: number;
  readonly pageBytes: number;
}

export interface Positions {
  /** @param at When the primary was asked. */
  add(primary: Standing, at: number): void;
  /** Everything that was committed before this moment is there; `-Infinity` when nothing can be said. */
  momentOf(replica: Standing): number;
}

interface Sample {
  readonly position: number;
  readonly at: number;
}

const most = 1_000;

export function createPositions(): Positions {
  let samples: Sample[] = [];
  let timeline: string | undefined;
  let furthest = -1;
  let mustPass = -1;
  return {
    add(primary, at) {
      const position = endOfRecords(primary);
      const last = samples.at(-1);
      if (timeline !== undefined && (timeline !== primary.timeline || position < (last?.position ?? 0))) {
        samples = [];
        mustPass = furthest;
      }
      timeline = primary.timeline;
      if (samples.at(-1)?.position === position) samples.pop();
      samples.push({ position, at });
      if (samples.length > most) samples.shift();
    },
    momentOf({ position }) {
      furthest = Math.max(furthest, position);
      if (position <= mustPass) return -Infinity;
      return samples.findLast((sample) => sample.position <= position)?.at ?? -Infinity;
    },
  };
}

const pageHeader = 24;
const segmentHeader = 40;

/** Where the next record goes is behind the header of its page, and a replica stays in front of that until the record is there. */
function endOfRecords({ position, segmentBytes, pageBytes }: Standing): number {
  if (position % segmentBytes === segmentHeader) return position - segmentHeader;
  const isFirstPage = position % segmentBytes < pageBytes;
  return !isFirstPage && position % pageBytes === pageHeader ? position - pageHeader : position;
}
