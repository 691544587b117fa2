import type { Readable } from 'node:stream';
import type { Ask } from './ask.ts';

/** A request that was let in, as endpoints see it. */
export interface Query {
  /** The parts of the path after the endpoint's name, decoded. */
  readonly path: readonly string[];
  readonly search: URLSearchParams;
  readonly accept: string | undefined;
  /** May see values; false only on endpoints that are open to everyone. */
  readonly isTrusted: boolean;
  /** Came with the token. */
  readonly mayWrite: boolean;
  /** Where links start, such as `http://127.0.0.1:9090`. */
  readonly base: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  readonly ask: Ask;
}

/** What is sent back. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of a given content type is sent as it is, anything else as JSON; absent means no content. */
  readonly body?: unknown;
  /** Stands for the body. */
  readonly stream?: Readable;
}

/** One endpoint under its own first part of the path. */
export interface Route {
  readonly name: string;
  /** Answers everyone; what it shows them is up to the endpoint. @default false */
  readonly isOpen?: boolean;
  /** Paths below the name, as they are shown in the list of links; `{name}` stands for any. */
  readonly below?: readonly string[];
  /** `undefined` means that there is nothing at this path. Absent means that it can only be written to. */
  readonly read?: (query: Query) => Promise<Answer | undefined>;
  /** False when this path cannot be written to. @default true when there is a `write` */
  readonly writable?: (path: readonly string[]) => boolean;
  readonly write?: (query: Query, body: unknown) => Promise<Answer | undefined>;
}
