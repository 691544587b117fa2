/** Something that is open in this process. */
export interface HandleView {
  /** As libuv names it: `tcp`, `timer`, `pipe`, `fs_event`, `process`, `signal` … */
  readonly type: string;
  /** What tells it from others of its type: an address, a file, a signal, a time. */
  readonly name: string;
  /** Whether it keeps the process alive. */
  readonly isReferenced: boolean;
}

/** What is open, and how much of what type keeps the process alive. */
export interface HandlesView {
  readonly resources: Readonly<Record<string, number>>;
  readonly handles: readonly HandleView[];
}

interface Endpoint {
  readonly ip4?: string;
  readonly ip6?: string;
  readonly port?: number;
}

interface Reported {
  readonly type: string;
  readonly is_active?: boolean;
  readonly is_referenced?: boolean;
  readonly localEndpoint?: Endpoint | string | null;
  readonly remoteEndpoint?: Endpoint | string | null;
  readonly fd?: number;
  readonly filename?: string;
  readonly signal?: string;
  readonly pid?: number;
  readonly firesInMsFromNow?: number;
}

/** Machinery of Node itself, of which every process has some. */
const inner = new Set(['async', 'check', 'prepare', 'idle', 'loop']);

/** Reads what is open, by the documented report of Node: it takes some tens of milliseconds. */
export function readHandles(): HandlesView {
  const resources: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
  const handles = reported()
    .filter(({ type, is_active: isActive }) => isActive === true && !inner.has(type))
    .map((handle) => ({ type: handle.type, name: nameOf(handle), isReferenced: handle.is_referenced === true }));
  return { resources, handles };
}

function reported(): readonly Reported[] {
  // Node has had it since 22.0; its types learn of it later.
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  try {
    // Else Node looks up the name of every address, and waits for it.
    report.excludeNetwork = true;
    const { libuv } = report.getReport() as { readonly libuv?: readonly Reported[] };
    return libuv ?? [];
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}

function nameOf({ localEndpoint, remoteEndpoint, filename, signal, pid, firesInMsFromNow, fd }: Reported): string {
  const ends = [localEndpoint, remoteEndpoint].map(placeOf).filter((place) => place !== undefined);
  if (ends.length > 0) return ends.join(' → ');
  if (filename !== undefined) return filename;
  if (signal !== undefined) return signal;
  if (pid !== undefined) return `process ${pid}`;
  if (firesInMsFromNow !== undefined) return `in ${firesInMsFromNow} ms`;
  return fd === undefined ? '' : `descriptor ${fd}`;
}

function placeOf(endpoint: Endpoint | string | null | undefined): string | undefined {
  if (typeof endpoint === 'string') return endpoint;
  if (!endpoint) return undefined;
  const { ip4, ip6, port } = endpoint;
  return `${ip4 ?? (ip6 === undefined ? '' : `[${ip6}]`)}:${port ?? ''}`;
}
