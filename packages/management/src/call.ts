import type { Readable } from 'node:stream';

/** A request on its way to the thread that answers it: plain data, so that it can come from a worker. */
export interface Call {
  readonly method: string;
  /** The path as it was sent, without its query. */
  readonly pathname: string;
  readonly endpoint: string;
  /** The parts of the path after the endpoint's name, decoded. */
  readonly path: readonly string[];
  /** The query as it was sent, with its question mark, or nothing. */
  readonly search: string;
  readonly accept: string | undefined;
  /** Where links start, such as `http://127.0.0.1:9090`. */
  readonly base: string;
  /** Address of the other side. */
  readonly remote: string;
  /** May see values; false only for those without the token. */
  readonly isTrusted: boolean;
  /** May change things and take dumps; true only with the right token. */
  readonly mayWrite: boolean;
  /** What was sent, or why it was not taken; absent unless something may be written. */
  readonly body?: { readonly value: unknown } | { readonly refused: Rendered };
}

/** An answer that is ready to be written. */
export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** An answer, or one whose body is still being made. */
export interface Reply extends Rendered {
  /** Stands for `text` when it is there. */
  readonly stream?: Readable;
}

/** Answers calls, in this thread or in another one. */
export interface Back {
  /** Always answers; the signal aborts when the client has gone. */
  readonly answer: (call: Call, signal: AbortSignal) => Promise<Reply>;
}
