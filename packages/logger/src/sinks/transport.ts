import winston from 'winston';
import { isoNow } from '../clock.ts';
import type { Info } from '../encode/info.ts';
import { expectOptions, expectType } from '../expect-option.ts';
import { fatal, findLevel, info as infoLevel } from '../levels/vocabulary.ts';
import { markedLevel, markedMessage } from '../winston-record.ts';
import { checkDurability } from './options.ts';
import type { Durability, Sink } from './sink.ts';

// winston has the class, and its types do not say so.
const { Transport } = winston as unknown as { readonly Transport: new (options: object) => winston.transport };

export interface SinkTransportOptions {
  /** The least severe level it takes, in the words of the logger it is for. By default what the logger lets through. */
  readonly level?: string;
  /** When the sink writes, unless it says so itself. @default 'adaptive' */
  readonly durability?: Durability;
}

/**
 * A winston transport that writes to one of our sinks: our file with its rotation, for example, for a logger of winston's.
 * Lines are as the logger's format writes them.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export function sinkTransport(sink: Sink, options: SinkTransportOptions = {}): winston.transport {
  expectOptions<SinkTransportOptions>('options', options, { level: true, durability: true });
  const { level, durability = 'adaptive' } = options;
  expectType('level', level, 'string');
  checkDurability(durability);
  sink.open({ durability, isDevelopment: process.env['NODE_ENV'] !== 'production' });
  const transport = new Transport({
    ...(level !== undefined && { level }),
    log(info: Info, next: () => void) {
      try {
        writeTo(sink, info);
        transport.emit('logged', info);
      } catch (error) {
        transport.emit('warn', error);
      }
      next();
    },
    close: () => sink.close(),
  });
  // How a stream is told to finish its work before it ends.
  Object.defineProperty(transport, '_final', { value: (done: Finished) => void flushThen(sink, done) });
  return transport;
}

const finalFlushMs = 5000;

type Finished = (error?: Error | null) => void;

async function flushThen(sink: Sink, done: Finished): Promise<void> {
  try {
    await sink.flush(AbortSignal.timeout(finalFlushMs));
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
}

function writeTo(sink: Sink, info: Info): void {
  const { severity } = findLevel(markedLevel(info)) ?? infoLevel;
  if (severity < sink.severity) return;
  // A sink asks for the time of the latest record.
  isoNow();
  sink.write(`${markedMessage(info) ?? JSON.stringify(info)}\n`, severity);
  if (severity >= fatal.severity) sink.flushSync();
}
