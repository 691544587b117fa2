import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFlags, file, type Flags } from '@seaworthy/flags';

/** What was done to a file, and what of it was not answered as it should be. */
export interface ChangesReport {
  readonly done: Readonly<Record<string, number>>;
  /** One line for each change that was missed, each bad one that was taken, and each flag that was lost. */
  readonly findings: readonly string[];
}

interface Place {
  readonly folder: string;
  readonly path: string;
  revision: number;
}

interface Change {
  readonly name: string;
  /** The code of the refusal; without it the change is a good one. */
  readonly code?: string;
  readonly apply: (place: Place, serial: number) => Promise<void>;
}

const deadlineMs = 15_000;

// Always of the same length, so that the size gives no change away.
const good = (serial: number): string =>
  JSON.stringify({
    flags: { a: { state: 'ENABLED', variants: { it: serial }, defaultVariant: 'it' } },
  }).padEnd(200);
const bad = (serial: number): string => good(serial).replace('"defaultVariant":"it"', '"defaultVariant":"no"');

const changes: readonly Change[] = [
  { name: 'written in place', apply: ({ path }, serial) => writeFile(path, good(serial)) },
  { name: 'renamed over', apply: (place, serial) => renameOver(place, good(serial)) },
  { name: 'link swapped', apply: (place, serial) => swapLink(place, good(serial)) },
  { name: 'deleted', code: 'SOURCE_FAILED', apply: ({ path }) => rm(path, { force: true }) },
  { name: 'truncated', code: 'NOT_JSON', apply: truncated },
  { name: 'cut in half', code: 'NOT_JSON', apply: ({ path }, serial) => writeFile(path, good(serial).slice(0, 40)) },
  { name: 'garbage in place', code: 'NOT_JSON', apply: ({ path }, serial) => writeFile(path, `\0\x1b}{ ${serial}`) },
  { name: 'garbage renamed over', code: 'NOT_JSON', apply: (place, serial) => renameOver(place, `<p>${serial}`) },
  { name: 'broken flag in place', code: 'INVALID_DOCUMENT', apply: ({ path }, serial) => writeFile(path, bad(serial)) },
  { name: 'broken flag by link', code: 'INVALID_DOCUMENT', apply: (place, serial) => swapLink(place, bad(serial)) },
  { name: 'emptied', code: 'EMPTIED', apply: (place) => renameOver(place, '{"flags":{}}') },
];

/** Changes a file at random, one change after the other was answered; the same seed makes the same changes. */
export async function changeRandomly(seed: number, count: number): Promise<ChangesReport> {
  const folder = await mkdtemp(join(tmpdir(), 'flags-changes-'));
  const place: Place = { folder, path: join(folder, 'flags.json'), revision: 0 };
  const random = generator(seed);
  const done: Record<string, number> = {};
  const findings: string[] = [];
  await writeFile(place.path, good(0));
  const flags = await createFlags({ source: file(place.path) });
  let inUse = 0;
  let code: string | undefined;
  try {
    for (let serial = 1; serial <= count; serial += 1) {
      // A refusal for the reason of the one before would tell nothing.
      const possible = changes.filter((change) => change.code === undefined || change.code !== code);
      const change = possible[Math.floor(random() * possible.length)] as Change;
      await change.apply(place, serial);
      if (change.code === undefined) inUse = serial;
      const problem = await unanswered(flags, change, inUse);
      if (problem !== undefined) findings.push(`seed ${seed}, change ${serial}, ${change.name}: ${problem}`);
      done[change.name] = (done[change.name] ?? 0) + 1;
      code = change.code;
    }
  } finally {
    await flags.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { done, findings };
}

/** What is wrong with the answer to a change; waits for it. */
async function unanswered(flags: Flags, { code }: Change, inUse: number): Promise<string | undefined> {
  const endsAt = Date.now() + deadlineMs;
  for (;;) {
    const value = flags.value('a');
    const found = flags.status().lastError?.code.replace('seaworthy.flags.', '');
    if (value === inUse && found === code) return undefined;
    // While a bad change is being looked at the flags before it answer, and nothing else.
    if (code !== undefined && value !== inUse) return `the flag is ${JSON.stringify(value)} instead of ${inUse}`;
    if (Date.now() > endsAt) return `after ${deadlineMs} ms the flag is ${JSON.stringify(value)}, the error ${found}`;
    await sleep(2);
  }
}

async function renameOver({ folder, path }: Place, text: string): Promise<void> {
  const next = join(folder, 'next');
  await writeFile(next, text);
  await rename(next, path);
}

/** As Kubernetes updates a ConfigMap: the file is a link through a link to a folder, and the link between is swapped. */
async function swapLink(place: Place, text: string): Promise<void> {
  const { folder, path } = place;
  place.revision += 1;
  const name = `..rev${place.revision}`;
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'flags.json'), text);
  await symlink(name, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await symlink('..data/flags.json', join(folder, 'link'));
  await rename(join(folder, 'link'), path);
  await rm(join(folder, `..rev${place.revision - 1}`), { recursive: true, force: true });
}

async function truncated({ path }: Place): Promise<void> {
  // A file that was deleted before has nothing to cut.
  await writeFile(path, 'x', { flag: 'a' });
  await truncate(path);
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
