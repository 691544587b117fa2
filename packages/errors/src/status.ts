import type { ErrorMeta } from './types.ts';

// One text, which V8 reads as one word. node:http has this table too, but loading it costs more than the whole package.
const table = `
400 Bad Request
401 Unauthorized
402 Payment Required
403 Forbidden
404 Not Found
405 Method Not Allowed
406 Not Acceptable
407 Proxy Authentication Required
408 Request Timeout
409 Conflict
410 Gone
411 Length Required
412 Precondition Failed
413 Content Too Large
414 URI Too Long
415 Unsupported Media Type
416 Range Not Satisfiable
417 Expectation Failed
421 Misdirected Request
422 Unprocessable Content
423 Locked
424 Failed Dependency
425 Too Early
426 Upgrade Required
428 Precondition Required
429 Too Many Requests
431 Request Header Fields Too Large
451 Unavailable For Legal Reasons
499 Client Closed Request
500 Internal Server Error
501 Not Implemented
502 Bad Gateway
503 Service Unavailable
504 Gateway Timeout
505 HTTP Version Not Supported
507 Insufficient Storage
508 Loop Detected
511 Network Authentication Required
`;

let phrases: ReadonlyMap<number, string> | undefined;

/** The phrase of a status by RFC 9110; an unregistered one reads like the first of its class. */
export function statusPhrase(status: number): string {
  phrases ??= new Map(table.split('\n').map((line) => [Number(line.slice(0, 3)), line.slice(4)]));
  return phrases.get(status) ?? phrases.get(status < 500 ? 400 : 500) ?? '';
}

/** The HTTP status of a catalogue's entry. */
export function statusOf(meta: ErrorMeta): number {
  return meta.httpStatus ?? 500;
}

/** The process exit code of a catalogue's entry, by sysexits.h: 70 is an internal software error. */
export function exitCodeOf(meta: ErrorMeta): number {
  return meta.exitCode ?? 70;
}
