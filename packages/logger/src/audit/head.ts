// Where a chain stands, kept in a file beside it: a log whose end was cut off between two lines is a whole chain.
//
// (1) It is written after the disk has the entries, so it never claims more than there is.
// (2) With a key it is signed, so that nobody else can make one that fits a shorter log.
// (3) It has one length and is overwritten in place: a process that is killed leaves the old one or the new one.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { digest, type AuditHead, type AuditKey } from './chain.ts';

const seqLength = 16;
const pattern = /^(\{"seq": *(\d+),"hash":"([0-9a-f]{64})")(?:,"sign":"([0-9a-f]{64})")\}\s*$/;

/** Keeps the head of one log. */
export interface HeadFile {
  write(head: AuditHead): void;
  close(): void;
}

/** What a head file says: a head, or what is wrong with it. */
export type HeadFound = AuditHead | { readonly problem: string; readonly isMissing: boolean };

/** Opens the file that keeps the head; makes it when there is none. */
export function openHead(path: string, key: AuditKey | undefined): HeadFile {
  const fd = openForWriting(path);
  return {
    write: (head) => void writeSync(fd, headText(head, key), 0),
    close: () => closeSync(fd),
  };
}

/** Reads the head that was kept of a log. */
export function readHead(path: string, key: AuditKey | undefined): HeadFound {
  const text = readText(path);
  if (text === undefined) return { problem: 'is missing', isMissing: true };
  const [, content, seq, hash, sign] = pattern.exec(text) ?? [];
  if (content === undefined || hash === undefined) return { problem: 'cannot be read', isMissing: false };
  if (digest(content, key) !== sign) return { problem: 'was changed, or the key is another', isMissing: false };
  return { seq: Number(seq), hash };
}

function headText({ seq, hash }: AuditHead, key: AuditKey | undefined): string {
  const content = `{"seq":${String(seq).padStart(seqLength)},"hash":"${hash}"`;
  return `${content},"sign":"${digest(content, key)}"}\n`;
}

function openForWriting(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(path, 'wx+');
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
