// What the programs of the drain harness say to each other.

/** How a server program is set up; the same for every side. */
export interface ServerSettings {
  readonly side: string;
  /** Where every handler writes the id of its request before it does anything else. */
  readonly ranFile: string;
  /** How long the server goes on as ever after SIGTERM. */
  readonly lameDuckMs: number;
  /** When what is left is cut. */
  readonly graceMs: number;
  readonly keepAliveMs: number;
  readonly keepAliveBufferMs: number;
  /** 0 takes any port. */
  readonly port: number;
}

/** How the load client is set up. It ends when every connection was refused, or when its standard input ends. */
export interface ClientSettings {
  readonly port: number;
  /** The longest it goes on when the server never refuses. */
  readonly longestMs: number;
  /** Multiplies the number of connections of each kind. */
  readonly scale: number;
  /** The client goes on after a refused connection: something in front of the server is expected to stay. */
  readonly isProxied: boolean;
}

/**
 * What became of a request, as its client saw it.
 *
 * - `answered`: a whole answer with a status below 500.
 * - `refused`: the connection was refused (ECONNREFUSED), or ended with FIN before anything was sent on it, or the
 *   request was sent on a connection whose earlier answer said `Connection: close` (RFC 9112, section 9.6: not
 *   processed). A well-behaved client sends it again elsewhere.
 * - `lost`: anything else. A reset, a FIN without an answer, half an answer, a status of 500 and above, silence.
 */
export type Fate = 'answered' | 'refused' | 'lost';

/** One request. */
export interface Outcome {
  readonly id: string;
  readonly kind: string;
  readonly fate: Fate;
  /** Why it was lost. */
  readonly why?: string;
}

/** What the client prints as its last line. */
export interface ClientReport {
  readonly outcomes: readonly Outcome[];
}
