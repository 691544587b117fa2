import { Agent, request, type IncomingMessage } from 'node:http';

export interface Outcome {
  readonly answered: number;
  /** Requests whose connection had been accepted and that got no whole answer, or a 5xx: each is a lost request. */
  readonly lost: readonly string[];
}

export interface Load {
  /** Ends when every connection has been closed by the server. */
  readonly finished: Promise<Outcome>;
}

/** One request after the other on each of the connections, without pipelining, until the server closes them. */
export function startLoad(url: string, connections: number): Load {
  const lost: string[] = [];
  let answered = 0;
  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (;;) {
        const result = await send(url, agent);
        if (result.kind === 'refused') return;
        if (result.kind === 'lost') lost.push(result.reason);
        else answered += 1;
        if (result.kind === 'lost' || result.closes) return;
      }
    } finally {
      agent.destroy();
    }
  };
  const finished = Promise.all(Array.from({ length: connections }, run)).then(() => ({ answered, lost }));
  return { finished };
}

type Result =
  | { readonly kind: 'answered'; readonly closes: boolean }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'refused' };

function send(url: string, agent: Agent): Promise<Result> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent }, (response) => void read(response).then(resolve));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // Never accepted: a client may safely try elsewhere.
      if (error.code === 'ECONNREFUSED') resolve({ kind: 'refused' });
      else resolve({ kind: 'lost', reason: error.code ?? error.message });
    });
    outgoing.end();
  });
}

async function read(response: IncomingMessage): Promise<Result> {
  const expected = Number(response.headers['content-length']);
  let received = 0;
  try {
    for await (const chunk of response) received += (chunk as Buffer).length;
  } catch (error) {
    return { kind: 'lost', reason: `truncated: ${String(error)}` };
  }
  const status = response.statusCode ?? 0;
  if (status >= 500) return { kind: 'lost', reason: `status ${status}` };
  if (received !== expected) return { kind: 'lost', reason: `${received} of ${expected} bytes` };
  return { kind: 'answered', closes: response.headers.connection === 'close' };
}
