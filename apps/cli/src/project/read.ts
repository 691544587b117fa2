import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { CliErrors } from '../errors.ts';
import type { FileKind } from '../rules/contract.ts';
import { reasonOf, unreadable, type Problem } from './problem.ts';

const mebibyte = 1024 * 1024;

/** The most bytes that are read of a file. Lockfiles are large by nature, and cheap: most are never parsed. */
export function byteLimit(kind: FileKind): number {
  return kind === 'lockfile' ? 64 * mebibyte : 2 * mebibyte;
}

export type Reading = ({ readonly text: string } | { readonly problem: Problem }) & {
  /** A hash of the bytes, or why there are none. */
  content(): string;
};

/** Reads a file as UTF-8, without a byte order mark. */
export function readText(absolute: string, path: string, limit: number): Reading {
  let bytes: Buffer;
  try {
    // Before it is read: a file of gigabytes would fill the memory, or be more than Node reads at all.
    const { size } = statSync(absolute);
    if (size > limit) return { problem: tooLarge(path, size, limit), content: () => contentOf(absolute, size) };
    bytes = readFileSync(absolute);
  } catch (error) {
    const reason = reasonOf(error);
    return { problem: unreadable(path, new CliErrors.FILE_UNREADABLE({ reason })), content: () => reason };
  }
  const content = (): string => hash('sha256', bytes, 'base64url');
  if (bytes.length > limit) return { problem: tooLarge(path, bytes.length, limit), content };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), content };
  } catch {
    return { problem: notUtf8(path, bytes), content };
  }
}

/** Takes a text that an editor holds as if it had been read. */
export function takeText(text: string, path: string, limit: number): Reading {
  const bytes = Buffer.from(text);
  const content = (): string => hash('sha256', bytes, 'base64url');
  return bytes.length > limit ? { problem: tooLarge(path, bytes.length, limit), content } : { text, content };
}

/** What a file holds, as a hash; one that is too large to be read by anybody is known by its size, others by what is wrong. */
export function contentOf(absolute: string, bytes: number): string {
  if (bytes > byteLimit('lockfile')) return `${bytes} bytes`;
  try {
    return hash('sha256', readFileSync(absolute), 'base64url');
  } catch (error) {
    return reasonOf(error);
  }
}

function tooLarge(path: string, bytes: number, limit: number): Problem {
  return unreadable(path, new CliErrors.FILE_TOO_LARGE({ bytes, limit }));
}

function notUtf8(path: string, bytes: Buffer): Problem {
  const offset = validPrefix(bytes);
  const before = bytes.toString('utf8', 0, offset);
  const lastBreak = before.lastIndexOf('\n');
  const line = before.split('\n').length;
  return unreadable(path, new CliErrors.FILE_NOT_UTF8({ offset }), { line, column: before.length - lastBreak });
}

/** How many bytes from the start are UTF-8: the decoder names the place only by how far it gets. */
function validPrefix(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isPrefixOfUtf8(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  // A character that was only begun belongs to what is wrong.
  while (low > 0 && !isWholeUtf8(bytes.subarray(0, low))) low -= 1;
  return low;
}

function isPrefixOfUtf8(bytes: Uint8Array): boolean {
  return decodes(bytes, true);
}

function isWholeUtf8(bytes: Uint8Array): boolean {
  return decodes(bytes, false);
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
