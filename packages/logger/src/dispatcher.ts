// (1) What a sink or transport throws stays here: it is counted, told on a channel, and never reaches the caller.
// (2) A transport gets what the logger lets through, or what its own level asks for.
// (3) A sink or transport that never answers holds up nobody: waiting for it ends with the signal.
// (4) After `close` nothing is awaited any more; records that still come are counted as dropped by the sinks.
import type { Writable } from 'node:stream';
import { tellSinkFailed } from './events.ts';
import type { Info } from './encode/info.ts';
import { Lane } from './lane.ts';
import { fatal, type Level, type LevelSet } from './levels/vocabulary.ts';
import type { Sink, SinkSettings, SinkStats } from './sinks/sink.ts';

interface Leveled {
  readonly level?: unknown;
}

/** What transports answered when they were last asked for their levels. */
interface Asked {
  readonly transports: readonly Leveled[];
  readonly levels: readonly unknown[];
  readonly least: number;
}

/** Hands records to all sinks and transports. */
export class Dispatcher {
  readonly sinks: readonly Sink[];
  readonly #laneBytes: number;
  readonly #failingSinks = new Set<Sink>();
  #levels: LevelSet;
  #asked: Asked = { transports: [], levels: [], least: Infinity };
  lanes: readonly Lane[] = [];
  #sinkFailures = 0;
  // Records that a sink threw at, and those that transports gave up which are gone.
  #lost = 0;
  #isClosed = false;

  constructor(sinks: readonly Sink[], settings: SinkSettings, laneBytes: number, levels: LevelSet) {
    this.sinks = sinks;
    this.#levels = levels;
    this.#laneBytes = laneBytes;
    const opened: Sink[] = [];
    try {
      for (const sink of sinks) {
        sink.open(settings);
        opened.push(sink);
      }
    } catch (error) {
      for (const sink of opened) sink.close();
      throw error;
    }
  }

  /** Hands the line of one record to the sinks. */
  deliver(line: string, { severity }: Level): void {
    for (const sink of this.sinks) {
      if (severity < sink.severity) continue;
      try {
        sink.write(line, severity);
        if (this.#failingSinks.size > 0) this.#failingSinks.delete(sink);
      } catch (error) {
        this.#lost += 1;
        this.#countFailure(sink, error);
      }
    }
    if (severity >= fatal.severity) this.flushSync();
  }

  /** Hands one record to the transports. */
  deliverInfo(info: Info, size: number, { severity }: Level, isLetThrough: boolean): void {
    for (const lane of this.lanes) {
      const least = this.#severityOf(lane.transport as Leveled);
      if (least === undefined ? isLetThrough : severity >= least) lane.write(info, size, severity);
    }
  }

  /** Takes other levels that transports may ask for. */
  useLevels(levels: LevelSet): void {
    this.#levels = levels;
    this.#askAgain();
  }

  addLane(transport: Writable): void {
    if (this.lanes.some((lane) => lane.transport === transport)) return;
    this.lanes = [...this.lanes, new Lane(transport, this.#laneBytes)];
    this.#askAgain();
  }

  removeLane(transport: Writable): boolean {
    const lane = this.lanes.find((each) => each.transport === transport);
    if (!lane) return false;
    this.lanes = this.lanes.filter((each) => each !== lane);
    this.#askAgain();
    lane.detach();
    this.#lost += lane.stats().dropped;
    return true;
  }

  /** True when a transport asks for that severity by a level of its own, which the application may change at any time. */
  wants(severity: number): boolean {
    const { transports, levels } = this.#asked;
    for (let index = 0; index < transports.length; index += 1) {
      if (transports[index]?.level !== levels[index]) return severity >= this.#askAgain();
    }
    return severity >= this.#asked.least;
  }

  /** The least severity that any transport asks for. */
  #askAgain(): number {
    const transports = this.lanes.map(({ transport }) => transport as Leveled);
    const severities = transports.map((transport) => this.#severityOf(transport) ?? Infinity);
    this.#asked = { transports, levels: transports.map(({ level }) => level), least: Math.min(...severities) };
    return this.#asked.least;
  }

  /** Resolves when nothing waits any more, or rejects with the signal's reason. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.sinks, ...this.lanes].map((each) => this.#flushOne(each, signal)));
  }

  async #flushOne(each: Sink | Lane, signal: AbortSignal): Promise<void> {
    try {
      await each.flush(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // A sink of the application that fails to flush: the others go on.
      if (!(each instanceof Lane)) this.#countFailure(each, error);
    }
  }

  flushSync(): void {
    for (const each of [...this.sinks, ...this.lanes]) {
      try {
        each.flushSync();
      } catch (error) {
        if (!(each instanceof Lane)) this.#countFailure(each, error);
      }
    }
  }

  /** Closes the sinks and lets go of what the transports have not taken; once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const lane of this.lanes) lane.detach();
    for (const sink of this.sinks) {
      try {
        sink.close();
      } catch (error) {
        this.#countFailure(sink, error);
      }
    }
  }

  /** The counts of each sink and transport, how often a sink threw, and what was lost beside the counts. */
  stats(): { readonly sinks: readonly SinkStats[]; readonly sinkFailures: number; readonly lost: number } {
    const sinks = [...this.sinks, ...this.lanes].map((each) => each.stats());
    return { sinks, sinkFailures: this.#sinkFailures, lost: this.#lost };
  }

  #severityOf({ level }: Leveled): number | undefined {
    return this.#levels.find(level)?.severity;
  }

  #countFailure(sink: Sink, error: unknown): void {
    this.#sinkFailures += 1;
    if (this.#failingSinks.has(sink)) return;
    this.#failingSinks.add(sink);
    tellSinkFailed({ sink: sink.name, reason: error instanceof Error ? error.message : String(error) });
  }
}
