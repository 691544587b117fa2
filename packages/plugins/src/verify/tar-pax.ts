import { decode } from './tar-header.ts';

/** What a pax record may change about the entry after it. */
export interface PaxFields {
  readonly path?: string;
  readonly size?: number;
}

/** Records that change nothing that is looked at here. */
const harmless = /^(?:[acm]time|[ug]id|[ug]name|comment|(?:NODETAR|SCHILY|LIBARCHIVE)\..*)$/;

/** Reads the records of a pax header, or says what is wrong with them. */
export function readPax(bytes: Uint8Array, isGlobal: boolean): PaxFields | string {
  const fields: { path?: string; size?: number } = {};
  let rest = bytes;
  while (rest.length > 0) {
    const record = readRecord(rest);
    if (record === undefined) return 'its pax header is malformed';
    const { key, value, length } = record;
    rest = rest.subarray(length);
    if (harmless.test(key)) continue;
    // A path for all entries, or one given twice, is read differently by different readers.
    if (isGlobal || Object.hasOwn(fields, key)) return `its pax header sets ${JSON.stringify(key)} where it must not`;
    if (key === 'path') fields.path = value;
    else if (key === 'size' && /^\d{1,15}$/.test(value)) fields.size = Number(value);
    else return `its pax header sets ${JSON.stringify(key)}, which packages do not need`;
  }
  return fields;
}

interface PaxRecord {
  readonly key: string;
  readonly value: string;
  readonly length: number;
}

/** `<length> <key>=<value>\n`, where the length counts all of it. */
function readRecord(bytes: Uint8Array): PaxRecord | undefined {
  const space = bytes.subarray(0, 16).indexOf(32);
  const digits = Buffer.from(bytes.subarray(0, Math.max(space, 0))).toString('latin1');
  const length = /^[1-9]\d*$/.test(digits) ? Number(digits) : 0;
  if (length <= space + 1 || length > bytes.length || bytes[length - 1] !== 10) return undefined;
  const text = decode(bytes.subarray(space + 1, length - 1));
  const equals = text?.indexOf('=') ?? -1;
  if (text === undefined || equals < 1) return undefined;
  return { key: text.slice(0, equals), value: text.slice(equals + 1), length };
}
