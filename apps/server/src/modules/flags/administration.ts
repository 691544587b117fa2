// (1) A version that was kept never changes: going back makes a new one.
// (2) Flags that cannot be used are never kept.
// (3) A change is answered when it is in the database, in use, and in the audit log.
import { validateFlags, type FlagSource } from '@seaworthy/flags';
import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { FlagChange, FlagStore, StoredFlags } from './store.ts';

/** Who changes the flags, and what they expect to change. */
export interface Change {
  readonly by: string;
  /** The version that was read; without it the newest one is changed, whatever it is. */
  readonly after?: number | undefined;
  /** What else the audit log is to know. */
  readonly context?: object;
}

/** Flags that are kept and changed here. */
export interface FlagAdministration {
  current(): Promise<StoredFlags>;
  /** Newest first. */
  history(limit?: number): Promise<readonly FlagChange[]>;
  /** @throws ServerErrors.FLAGS_VERSION_UNKNOWN */
  version(version: number): Promise<StoredFlags>;
  /** All flags at once. @throws FLAGS_REFUSED, FLAGS_STALE */
  replace(document: unknown, change: Change): Promise<FlagChange>;
  /** One flag. @throws FLAGS_REFUSED, FLAGS_STALE */
  set(key: string, definition: unknown, change: Change): Promise<FlagChange>;
  /** @throws FLAG_UNKNOWN, FLAGS_REFUSED, FLAGS_STALE */
  remove(key: string, change: Change): Promise<FlagChange>;
  /** Makes the flags of an earlier version the newest. @throws FLAGS_VERSION_UNKNOWN, FLAGS_STALE */
  rollback(version: number, change: Change): Promise<FlagChange>;
}

/** Where the server takes its flags from when they are kept here; each change puts them into use by itself. */
export function storedFlags(store: Pick<FlagStore, 'latest'>): FlagSource {
  return {
    name: 'the database of the server',
    async load() {
      const found = await store.latest();
      if (found === undefined) throw new ServerErrors.FLAGS_VERSION_UNKNOWN({ version: 1 });
      return { text: found.document, by: found.by, sourceVersion: found.version };
    },
  };
}

/** Keeps the flags that ship as the first version, unless there is one already. */
export async function keepFirstFlags(store: FlagStore, document: string, now = new Date()): Promise<void> {
  if ((await store.latest()) !== undefined) return;
  await store.add({ version: 1, at: now.toISOString(), by: 'seaworthy', cause: 'first start', document });
}

export interface FlagAdministrationOptions {
  readonly store: FlagStore;
  readonly audit: AuditTrail;
  /** Puts the newest version into use. */
  readonly reload: () => Promise<void>;
  readonly now?: () => Date;
}

type Document = Readonly<Record<string, unknown>> & { readonly flags: Readonly<Record<string, unknown>> };

export function createFlagAdministration(options: FlagAdministrationOptions): FlagAdministration {
  const { store } = options;
  const current = async (): Promise<StoredFlags> => {
    const found = await store.latest();
    if (found === undefined) throw new ServerErrors.FLAGS_VERSION_UNKNOWN({ version: 1 });
    return found;
  };
  const version = async (wanted: number): Promise<StoredFlags> => {
    const found = Number.isSafeInteger(wanted) ? await store.version(wanted) : undefined;
    if (found === undefined) throw new ServerErrors.FLAGS_VERSION_UNKNOWN({ version: String(wanted).slice(0, 40) });
    return found;
  };
  const edit = async (change: Change, cause: string, make: (before: Document) => unknown): Promise<FlagChange> => {
    const before = await current();
    const { after } = change;
    if (after !== undefined && after !== before.version) {
      throw new ServerErrors.FLAGS_STALE({ current: before.version, asked: after });
    }
    return keep(options, before, { ...change, cause, document: make(JSON.parse(before.document) as Document) });
  };
  return {
    current,
    version,
    history: (limit = 100) => store.history(limit),
    replace: (document, change) => edit(change, 'all flags replaced', () => document),
    set: (key, definition, change) =>
      edit(change, `flag ${shown(key)} set`, (before) => ({
        ...before,
        flags: withFlag(before.flags, key, definition),
      })),
    remove: (key, change) =>
      edit(change, `flag ${shown(key)} removed`, (before) => {
        if (!Object.hasOwn(before.flags, key)) throw new ServerErrors.FLAG_UNKNOWN({ key: shown(key) });
        return { ...before, flags: withFlag(before.flags, key, undefined) };
      }),
    async rollback(wanted, change) {
      const { document } = await version(wanted);
      return edit(change, `back to version ${wanted}`, () => JSON.parse(document) as unknown);
    },
  };
}

interface Kept extends Change {
  readonly cause: string;
  readonly document: unknown;
}

async function keep(
  { store, audit, reload, now = () => new Date() }: FlagAdministrationOptions,
  before: StoredFlags,
  { by, cause, document, context }: Kept,
): Promise<FlagChange> {
  checkFlags(document);
  const change: FlagChange = { version: before.version + 1, at: now().toISOString(), by, cause };
  if (!(await store.add({ ...change, document: JSON.stringify(document) }))) {
    throw new ServerErrors.FLAGS_STALE({ current: change.version, asked: before.version });
  }
  await audit.record('flags changed', { account: by, version: change.version, cause, ...context });
  await reload();
  return change;
}

const shownProblems = 5;

/** @throws FLAGS_REFUSED */
function checkFlags(document: unknown): void {
  const problems = validateFlags(document).map(({ message }) => message.replace(/\.$/, ''));
  const more = problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : '';
  if (problems.length > 0) {
    throw new ServerErrors.FLAGS_REFUSED({ reason: problems.slice(0, shownProblems).join('; ') + more });
  }
  // Whoever asks for flags keeps the last ones where there are none, and would never hear of it.
  if (Object.keys((document as Document).flags).length > 0) return;
  throw new ServerErrors.FLAGS_REFUSED({ reason: 'there would be none left' });
}

/** Own fields, whatever their names. */
function withFlag(flags: Document['flags'], key: string, definition: unknown): Document['flags'] {
  const others = Object.entries(flags).filter(([name]) => name !== key);
  return Object.fromEntries(definition === undefined ? others : [...others, [key, definition]]);
}

/** A stranger's text in a message: short, and of plain characters. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
