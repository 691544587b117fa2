// What a bucket answers, read from the XML of the S3 protocol: a few texts between tags, never attributes or nested documents.
import type { IncomingMessage } from 'node:http';
import { ServerErrors } from '../../errors.ts';

export interface ListedObject {
  /** Without the prefix. */
  readonly name: string;
  readonly modifiedAt: Date;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  readonly next: string | undefined;
}

/** @throws ServerErrors.STORAGE_UNAVAILABLE when it is no list: something else answers there. */
export function readList(xml: string, prefix: string): ListedPage {
  if (!xml.includes('<ListBucketResult')) throw unavailable('it answered with something that is no list of a bucket');
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, content = '']) => ({
    name: (textIn(content, 'Key') ?? '').slice(prefix.length),
    modifiedAt: new Date(textIn(content, 'LastModified') ?? ''),
  }));
  const isMore = textIn(xml, 'IsTruncated') === 'true';
  return { objects, next: isMore ? textIn(xml, 'NextContinuationToken') : undefined };
}

/** What an answer that is not a success means: whether it may be better the next time. */
export function refusalOf({ statusCode = 0, headers }: IncomingMessage, xml: string): Error {
  const code = textIn(xml, 'Code') ?? '';
  const region = headers['x-amz-bucket-region'];
  const elsewhere = typeof region === 'string' && (statusCode === 301 || code.startsWith('Authorization'));
  const reason = [String(statusCode), plain(code), elsewhere ? `the bucket is in ${plain(region)}` : '']
    .filter((each) => each !== '')
    .join(' ');
  return isPassing(statusCode, code) ? unavailable(reason) : new ServerErrors.STORAGE_REFUSED({ reason });
}

/** Damaged on the way, too slow, or not ready: sent again it may arrive. */
const passing = ['RequestTimeout', 'XAmzContentSHA256Mismatch', 'BadDigest', 'IncompleteBody', 'OperationAborted'];

function isPassing(status: number, code: string): boolean {
  return status >= 500 || status === 408 || status === 429 || status === 307 || passing.includes(code);
}

export function unavailable(reason: string, cause?: unknown): Error {
  return new ServerErrors.STORAGE_UNAVAILABLE({ reason }, { cause });
}

function textIn(xml: string, tag: string): string | undefined {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp|#\d+);/g, (_whole, name: string) => entity(name));
}

function entity(name: string): string {
  if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
  return { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name] as string;
}

/** A stranger's word in a message. */
function plain(text: string): string {
  return text.replace(/[^\w-]/g, '').slice(0, 60);
}
