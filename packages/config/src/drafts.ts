import { node } from './node.ts';
import { failureCode } from './failure.ts';

const dayMs = 86_400_000;
/** The name of the file, and the host and the process that write it. */
const draftName = /^(.+)\.([\da-f]{8})-(\d+)-[\da-f-]{36}\.tmp$/;

/** A name for what becomes the file once it is complete: it tells others whether its writer is still there. */
export function draftOf(path: string): string {
  return `${path}.${hostMark()}-${process.pid}-${node.crypto.randomUUID()}.tmp`;
}

/**
 * Removes the drafts of writers that are gone: killed ones leave theirs. A writer that is there keeps its own.
 *
 * @param name Only drafts of the file of that name. @default those of all files of the folder
 */
export async function removeStaleDrafts(folder: string, name?: string): Promise<void> {
  for (const found of await node.fs.promises.readdir(folder)) {
    const [, file, host, pid] = draftName.exec(found) ?? [];
    if (file === undefined || file !== (name ?? file)) continue;
    const path = node.path.join(folder, found);
    if (await isStale(path, host === hostMark(), Number(pid))) await removeQuietly(path);
  }
}

/** Somebody else may have removed it, or may have to. */
export async function removeQuietly(path: string): Promise<void> {
  await node.fs.promises.rm(path, { force: true }).catch(() => undefined);
}

/**
 * A draft lives for milliseconds. Where nobody knows whether its writer is there, which is so for one on another host or
 * behind a number that was given out again, one that is a day old is given up.
 */
async function isStale(path: string, isOurHost: boolean, pid: number): Promise<boolean> {
  const writtenAt = await timeOf(path);
  if (isOurHost && pid !== process.pid && !isRunning(pid)) return true;
  // The first process of a container has the same number after each restart.
  const isOfOurNamesake = isOurHost && pid === process.pid && writtenAt < performance.timeOrigin;
  return isOfOurNamesake || Date.now() - writtenAt > dayMs;
}

function hostMark(): string {
  return node.crypto.createHash('sha256').update(node.os.hostname()).digest('hex').slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return failureCode(error) !== 'ESRCH';
  }
}

async function timeOf(path: string): Promise<number> {
  try {
    return (await node.fs.promises.stat(path)).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
