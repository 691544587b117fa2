// What runs in the thread: a sink, or any winston transport, made with the options that the program gave.
import { file, type Sink } from '@seaworthy/logger';

export default function makeSink({ path }: { readonly path: string }): Sink {
  return file({ path });
}
