import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkExemptions, type Exemption } from './compat/subjects.ts';
import { toDisk } from './durable-file.ts';
import { SchemaErrors } from './errors.ts';
import { fingerprintWire } from './fingerprint.ts';
import { isObject } from './json/document.ts';
import { at } from './migrate.ts';
import { shownKind } from './schema.ts';
import { expectSubjects, type AnySubject } from './subject.ts';
import { wireSchemas } from './wire.ts';

/** A published version, as it was when it was locked. */
export interface LockedVersion {
  readonly fingerprint: string;
  /** The fingerprint of its annotations. */
  readonly docs: string;
  /** Whether data of the version before can be brought to this one. */
  readonly up: boolean;
  readonly read: unknown;
  /** Left out when it is the same as `read`. */
  readonly write?: unknown;
}

/** Every published version of every subject, to be kept in version control. */
export interface SchemaLock {
  readonly lockVersion: 1;
  /** Versions that may break the rule, written by people. */
  readonly exemptions: readonly Exemption[];
  readonly subjects: Readonly<Record<string, Readonly<Record<string, LockedVersion>>>>;
}

/** The lock of the given subjects; exemptions of the one before stay. @throws NO_JSON_SCHEMA, NOT_JSON, INVALID_OPTION */
export function createLock(subjects: readonly AnySubject[], before?: SchemaLock): SchemaLock {
  expectSubjects(subjects);
  const entries = subjects.map((subject) => [subject.name, versionsOf(subject)] as const);
  return { lockVersion: 1, exemptions: before?.exemptions ?? [], subjects: Object.fromEntries(entries) };
}

function versionsOf(subject: AnySubject): Record<string, LockedVersion> {
  const entries = subject.definitions.map((_, index) => [String(index + 1), lockVersion(subject, index + 1)] as const);
  return Object.fromEntries(entries);
}

export function lockVersion(subject: AnySubject, version: number): LockedVersion {
  const { schema, up } = at(subject.definitions, version);
  const wire = wireSchemas(schema);
  const { schema: fingerprint, docs } = fingerprintWire(wire);
  const { read, write } = wire;
  const isSame = JSON.stringify(read) === JSON.stringify(write);
  return { fingerprint, docs, up: typeof up === 'function', read, ...(!isSame && { write }) };
}

/** Sorted, one value to a line: two branches that add different versions merge without a conflict in most cases. */
export function lockText(lock: SchemaLock): string {
  return `${JSON.stringify(sorted(lock), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, sorted(part)] as const);
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Reads a lock; undefined when there is none yet. @throws UNREADABLE_LOCK, INVALID_EXEMPTION */
export async function readLock(file: string): Promise<SchemaLock | undefined> {
  expectFile(file);
  const text = await readText(file);
  if (text === undefined) return undefined;
  const value = parse(text, file);
  if (!isLock(value)) throw new SchemaErrors.UNREADABLE_LOCK({ file, reason: 'it is no lock of version 1' });
  checkExemptions(value.exemptions);
  return value;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new SchemaErrors.UNREADABLE_LOCK({ file, reason: reasonOf(cause) }, { cause });
  }
}

function parse(text: string, file: string): unknown {
  try {
    // Some editors begin a text with a mark of its encoding, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const isConflict = /^<{7} /m.test(text);
    const reason = isConflict ? 'it has conflicts of a merge' : reasonOf(cause);
    throw new SchemaErrors.UNREADABLE_LOCK({ file, reason }, { cause });
  }
}

function isLock(value: unknown): value is SchemaLock {
  if (!isObject(value) || value['lockVersion'] !== 1 || !isObject(value['subjects'])) return false;
  if (!Array.isArray(value['exemptions']) || !value['exemptions'].every(isObject)) return false;
  return Object.values(value['subjects']).every(
    (versions) => isObject(versions) && Object.values(versions).every(isVersion),
  );
}

function isVersion(value: unknown): boolean {
  return isObject(value) && typeof value['fingerprint'] === 'string' && 'read' in value;
}

/** @throws INVALID_OPTION for what is no lock. */
export function expectLock(lock: unknown): void {
  if (isLock(lock)) return;
  const expected = 'a lock, as `createLock` and `readLock` give it';
  throw new SchemaErrors.INVALID_OPTION({ option: 'lock', expected, received: shownKind(lock) });
}

function expectFile(file: unknown): void {
  if (typeof file === 'string') return;
  throw new SchemaErrors.INVALID_OPTION({ option: 'file', expected: 'a path', received: shownKind(file) });
}

/** Writes a lock whole or not at all. @throws UNWRITABLE_LOCK, INVALID_OPTION */
export async function writeLock(file: string, lock: SchemaLock): Promise<void> {
  expectFile(file);
  expectLock(lock);
  const draft = join(dirname(file), `.${randomBytes(6).toString('hex')}.schemas.lock.tmp`);
  try {
    await writeThrough(draft, lockText(lock));
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new SchemaErrors.UNWRITABLE_LOCK({ file, reason: reasonOf(cause) }, { cause });
  }
}

/** A file that is renamed before it is on the disk may be empty after a power cut. */
async function writeThrough(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await toDisk(handle.fd);
  } finally {
    await handle.close();
  }
}

function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '');
}
