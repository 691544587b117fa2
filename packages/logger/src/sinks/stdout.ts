import { isatty } from 'node:tty';
import { expectOptions, expectType } from '../expect-option.ts';
import { prettyLine } from '../pretty.ts';
import { FdSink } from './fd.ts';
import { readWriteOptions, writeOptions, type WriteOptions } from './options.ts';
import type { Sink } from './sink.ts';

export interface TerminalOptions extends WriteOptions {
  /** Text for people in place of JSON; `auto` is on a terminal outside production. @default 'auto' */
  readonly pretty?: boolean | 'auto';
}

/** Writes to standard output. @throws INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_LEVEL */
export function stdout(options: TerminalOptions = {}): Sink {
  return terminalSink('stdout', 1, options);
}

/** Writes to standard error. @throws INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_LEVEL */
export function stderr(options: TerminalOptions = {}): Sink {
  return terminalSink('stderr', 2, options);
}

function terminalSink(name: string, fd: number, options: TerminalOptions): Sink {
  expectOptions<TerminalOptions>('options', options, { ...writeOptions, pretty: true });
  const { pretty = 'auto' } = options;
  if (pretty !== 'auto') expectType('pretty', pretty, 'boolean');
  const isTerminal = isatty(fd);
  const render = (line: string, { isDevelopment }: { isDevelopment: boolean }): string => {
    const isPretty = pretty === 'auto' ? isTerminal && isDevelopment : pretty;
    return isPretty ? prettyLine(line, { color: isTerminal && !process.env['NO_COLOR'] }) : line;
  };
  const needsRender = pretty === true || (pretty === 'auto' && isTerminal);
  const target = {
    name,
    isLastResort: fd === 2,
    open: () => undefined,
    close: () => undefined,
    descriptorFor: () => fd,
  };
  return new FdSink(target, { ...readWriteOptions(options), render: needsRender ? render : undefined });
}
