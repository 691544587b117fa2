import { startDeadline, within } from './deadline.ts';
import { messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import type { ResolveProblem } from './resolve.ts';
import type { Discovery, PluginSource } from './sources.ts';

interface Discovered {
  readonly entries: readonly Discovery[];
  readonly problems: readonly ResolveProblem[];
}

/** Asks all sources at once; one that fails or is late becomes a problem, the others count. */
export async function discover(settings: Settings): Promise<Discovered> {
  const answers = await Promise.all(settings.sources.map((source) => ask(source, settings)));
  return { entries: answers.flatMap(({ entries }) => entries), problems: answers.flatMap(({ problems }) => problems) };
}

async function ask(source: PluginSource, { startTimeoutMs, signal }: Settings): Promise<Discovered> {
  const given = new AbortController();
  const follow = signal ? AbortSignal.any([signal, given.signal]) : given.signal;
  const late = (): Error => new DOMException(`it did not answer within ${startTimeoutMs} ms`, 'TimeoutError');
  const limits = { deadline: startDeadline(startTimeoutMs), ...(signal && { signal }), late };
  try {
    const entries = await within(() => source.discover(follow), limits);
    if (entries.every(isEntry)) return { entries, problems: [] };
    const problems = [problemOf(source, 'it handed over an entry without a manifest')];
    return { entries: entries.filter(isEntry), problems };
  } catch (error) {
    signal?.throwIfAborted();
    return { entries: [], problems: [problemOf(source, messageOf(error))] };
  } finally {
    given.abort();
  }
}

function isEntry(entry: Partial<Discovery> | null | undefined): boolean {
  return typeof entry?.manifest === 'object' && entry.manifest !== null;
}

function problemOf(source: PluginSource, why: string): ResolveProblem {
  return { kind: 'source-failed', plugins: [], message: `The source "${source.name}" failed: ${why}.` };
}
