import { createHash, createHmac } from 'node:crypto';
import { types } from 'node:util';
import { expectOption } from '../expect-option.ts';

/** A secret for the chain: without it nobody can write a chain that holds. */
export type AuditKey = string | Uint8Array;

/** Where a chain stands: kept elsewhere, it proves later that nothing was cut off the end. */
export interface AuditHead {
  /** The number of the latest entry; the first is 1. */
  readonly seq: number;
  /** The hash of the latest entry. */
  readonly hash: string;
}

/** The head of a log without entries. */
export const emptyHead: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** A key that is empty is none: everybody has it. @throws INVALID_OPTION */
export function checkKey(key: unknown): void {
  const isKey = typeof key === 'string' || types.isUint8Array(key);
  // The value itself must not end up in a message.
  const received = isKey ? 'none' : typeof key;
  expectOption('key', key === undefined || (isKey && key.length > 0), 'a secret text, or bytes', received);
}

/** The text of an entry up to its hash, and the hash. */
interface Sealed {
  readonly content: string;
  readonly hash: string;
}

const linePattern = /^(\{"seq":(\d+),.*,"prev":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}$/s;

/** Ends an entry with the hash of the one before it and its own. */
export function seal(content: string, previous: AuditHead, key: AuditKey | undefined): Sealed {
  const linked = `${content},"prev":"${previous.hash}"`;
  return { content: linked, hash: digest(linked, key) };
}

/** Checks one line against the head before it; gives the new head, or what is wrong. The line is read byte by byte. */
export function follow(line: string, previous: AuditHead, key: AuditKey | undefined): AuditHead | string {
  const [, content, seq, prev, hash] = linePattern.exec(line) ?? [];
  if (content === undefined || hash === undefined) return 'the line is not an audit entry';
  if (Number(seq) !== previous.seq + 1) return `entry ${previous.seq + 1} is missing: this is entry ${seq}`;
  if (prev !== previous.hash) return 'the entry does not follow the one before it';
  if (digest(content, key, 'latin1') !== hash) return 'the entry was changed, or the key is another';
  return { seq: previous.seq + 1, hash };
}

/** Checks a line by itself, whatever came before it. */
export function followAlone(line: string, key: AuditKey | undefined): AuditHead | string {
  const [, , seq, prev] = linePattern.exec(line) ?? [];
  return follow(line, { seq: Number(seq) - 1, hash: prev ?? '' }, key);
}

/** The link that a line names: its own hash, and the one of the line before it. */
export function linksOf(line: string): { readonly prev: string; readonly hash: string } | undefined {
  const [, , , prev, hash] = linePattern.exec(line) ?? [];
  return prev === undefined || hash === undefined ? undefined : { prev, hash };
}

/** The hash of a text, under the key if there is one. */
export function digest(content: string, key: AuditKey | undefined, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return hash.update(content, encoding).digest('hex');
}
