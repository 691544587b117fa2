import { channel } from 'node:diagnostics_channel';

/** A sink or transport failed to take records; told once for each run of failures. */
export interface SinkFailed {
  readonly sink: string;
  readonly reason: string;
}

/** A sink or transport took no records for a while and some were given up. */
export interface RecordsDropped {
  readonly sink: string;
  /** Records given up since the last time this was told. */
  readonly count: number;
}

/** A level was set or taken back at run time. */
export interface LevelChanged {
  readonly pattern: string;
  /** `null` when the level was taken back. */
  readonly level: string | null;
}

const names = {
  sinkFailed: 'seaworthy:logger:sink-failed',
  recordsDropped: 'seaworthy:logger:records-dropped',
  levelChanged: 'seaworthy:logger:level-changed',
} as const;

/** The names of the diagnostics channels this package tells on. */
export const channels: readonly string[] = Object.values(names);

const sinkFailed = channel(names.sinkFailed);
const recordsDropped = channel(names.recordsDropped);
const levelChanged = channel(names.levelChanged);

export function tellSinkFailed(event: SinkFailed): void {
  if (sinkFailed.hasSubscribers) sinkFailed.publish(event);
}

export function tellRecordsDropped(event: RecordsDropped): void {
  if (recordsDropped.hasSubscribers) recordsDropped.publish(event);
}

export function tellLevelChanged(event: LevelChanged): void {
  if (levelChanged.hasSubscribers) levelChanged.publish(event);
}
