/** What a server has promised to keep: the body of each report by its id. */
export type Acknowledged = ReadonlyMap<string, string>;

export interface Load {
  readonly acknowledged: Acknowledged;
  /** Resolves when this many more reports have been acknowledged. */
  more(count: number): Promise<void>;
  /** Ends the senders, also those whose server is gone. */
  stop(): Promise<void>;
}

/** Four senders push different reports one after the other, until they are stopped or the server is gone. */
export function pushReports(url: string): Load {
  const acknowledged = new Map<string, string>();
  const over = new AbortController();
  const waiting: { readonly from: number; readonly resolve: () => void }[] = [];
  const sender = async (name: string): Promise<void> => {
    for (let n = 0; !over.signal.aborted; n += 1) {
      const body = report(name, n);
      const id = await push(url, body, over.signal);
      if (id === 'gone') return;
      if (id !== undefined) acknowledged.set(id, body);
      for (const { from, resolve } of waiting) if (acknowledged.size >= from) resolve();
    }
  };
  const senders = ['a', 'b', 'c', 'd'].map(sender);
  return {
    acknowledged,
    more: (count) => new Promise((resolve) => waiting.push({ from: acknowledged.size + count, resolve })),
    async stop() {
      over.abort();
      await Promise.all(senders);
    },
  };
}

async function push(url: string, body: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v1/reports`, { method: 'POST', body, headers, signal });
    const { id } = (await response.json()) as { readonly id?: string };
    // A store that is busy answers 503, and promises nothing.
    return response.status === 201 ? id : undefined;
  } catch {
    return 'gone';
  }
}

function report(name: string, n: number): string {
  const counts = { errors: 0, warnings: 0, infos: n };
  return JSON.stringify({
    schema: 'seaworthy.report',
    schemaVersion: 1,
    project: { name },
    summary: counts,
    score: { overall: n % 101, categories: { lifecycle: { score: n % 101, ...counts } } },
    findings: [],
    suppressed: 0,
    problems: [],
    stats: { files: 1, bytes: 20, rules: 1, findings: 0 },
  });
}
