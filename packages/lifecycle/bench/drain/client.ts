// The load client of the drain harness: node client.ts <settings as JSON>. Says "begun" when every connection has had an
// answer, and at its end the fate of every request.
import { openLine, type Line, type Read } from './answers.ts';
import { kinds, type Kind } from './load.ts';
import type { ClientSettings, Outcome } from './protocol.ts';
import { followWebSocket } from './web-socket.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as ClientSettings;
const { port, isProxied, scale } = settings;
const outcomes: Outcome[] = [];
const over = new AbortController();
let ids = 0;
/** The pause before the next connection after one that failed. */
const backOffMs = 20;
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

process.stdin.resume().on('end', () => over.abort());
setTimeout(() => over.abort(), settings.longestMs).unref();

function note(id: string, kind: string, fate: Outcome['fate'], why?: string): void {
  outcomes.push({ id, kind, fate, ...(why !== undefined && { why }) });
}

/** Connects again and again until the server refuses. */
async function follow(kind: Kind, onAnswer: () => void): Promise<void> {
  while (!over.signal.aborted) {
    const line = await openLine(port);
    const end = await use(line, kind, onAnswer);
    line.close();
    if (end === 'refused' && !isProxied) return;
    if (end !== 'told') await after(backOffMs);
  }
}

/** Sends requests on one connection until it ends, and says how it ended. */
async function use(line: Line, kind: Kind, onAnswer: () => void): Promise<'told' | 'refused' | 'lost'> {
  let answers = 0;
  let idleMs = Infinity;
  for (let round = 0; !over.signal.aborted; round += 1) {
    if (round > 0) {
      // Like every pool, the client keeps well within the time that the server promised.
      await after(Math.min(kind.pauseMs(), idleMs * 0.7));
      if (kind.oncePerConnection === true) return 'told';
      // Ended before anything was sent: the next request simply goes elsewhere.
      if (!line.isOpen()) return 'told';
    }
    const batch = Array.from({ length: kind.pipelining ?? 1 }, () => `${process.pid}-${(ids += 1)}`);
    await kind.send(line, batch);
    let isTold = false;
    for (const id of batch) {
      if (isTold) {
        note(id, kind.name, 'refused');
        continue;
      }
      const read = await line.next();
      if (judge(id, kind, read, answers) === 'ends') {
        for (const other of batch.slice(batch.indexOf(id) + 1)) judge(other, kind, read, answers);
        return 'end' in read && read.end === 'refused' ? 'refused' : 'lost';
      }
      answers += 1;
      onAnswer();
      if ('closes' in read && read.closes) isTold = true;
      if ('keepAliveMs' in read) idleMs = read.keepAliveMs;
    }
    if (isTold) return 'told';
  }
  return 'told';
}

function judge(id: string, kind: Kind, read: Read, answers: number): 'goes on' | 'ends' {
  if ('status' in read) {
    if (read.status < 500) note(id, kind.name, 'answered');
    else note(id, kind.name, 'lost', `status ${read.status}`);
    return 'goes on';
  }
  if (read.end === 'refused') note(id, kind.name, isProxied ? 'lost' : 'refused', read.why);
  else note(id, kind.name, 'lost', `${read.why} after ${answers} answers`);
  return 'ends';
}

const begun: Promise<void>[] = [];
const flows: Promise<unknown>[] = [];
for (const kind of kinds) {
  for (let n = 0; n < Math.max(1, Math.round(kind.connections * scale)); n += 1) {
    begun.push(
      new Promise((resolve) => {
        if (kind.isWebSocket !== true) flows.push(follow(kind, resolve));
        else if (isProxied) resolve();
        else flows.push(followWebSocket({ port, signal: over.signal, onEcho: resolve, note }));
      }),
    );
  }
}
await Promise.race([Promise.all(begun), after(5_000)]);
process.stdout.write('begun\n');
await Promise.all(flows);
process.stdout.write(`${JSON.stringify({ outcomes })}\n`, () => process.exit(0));
