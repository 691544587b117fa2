// Longer than 120 lines: one automaton. It reads JSON byte by byte and never holds an archive.
// (1) Everything but the text at `_attachments.<name>.data` is kept, that text is given away in pieces and left out.
// (2) What is kept has a limit, and so has the depth; neither is reached by an archive, however large.
import { ServerErrors } from '../../errors.ts';
import type { Base64Pieces } from './base64.ts';
import { GrowingBytes } from './growing-bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const comma = 0x2c;

const deepest = 100;

interface Level {
  readonly isObject: boolean;
  /** Of the value that is being read, in an object. */
  key: string;
  isAtKey: boolean;
}

/** Takes the archive out of a document while it arrives. */
export class DocumentSplitter {
  readonly #limitBytes: number;
  readonly #open: (name: string) => Base64Pieces;
  readonly #levels: Level[] = [];
  readonly #kept = new GrowingBytes();
  #isInText = false;
  #isEscaped = false;
  /** The bytes of a key so far, where keys matter. */
  #key: number[] | undefined;
  #archive: Base64Pieces | undefined;

  constructor(limitBytes: number, open: (name: string) => Base64Pieces) {
    this.#limitBytes = limitBytes;
    this.#open = open;
  }

  /** The bytes of archives in this piece, in order. */
  *push(chunk: Buffer): Generator<Uint8Array> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#archive !== undefined) {
        const end = chunk.indexOf(quote, at);
        const until = end === -1 ? chunk.length : end;
        yield this.#archive.decode(chunk.subarray(at, until));
        if (end !== -1) this.#closeArchive();
        at = until;
        if (end === -1) return;
      }
      at = this.#readKept(chunk, at);
    }
  }

  /** What is left of the document. @throws ServerErrors.PUBLISH_REFUSED when it is no JSON object */
  end(): Readonly<Record<string, unknown>> {
    const text = new TextDecoder().decode(this.#kept.take());
    try {
      const document: unknown = JSON.parse(text);
      if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
        return document as Record<string, unknown>;
      }
    } catch (cause) {
      throw new ServerErrors.PUBLISH_REFUSED({ reason: 'the document is not JSON' }, { cause });
    }
    throw new ServerErrors.PUBLISH_REFUSED({ reason: 'the document is not a JSON object' });
  }

  /** Reads from here to the end of the piece, or to the start of an archive. */
  #readKept(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#archive === undefined) {
      const byte = chunk[at] as number;
      at += 1;
      if (this.#isInText) this.#readText(byte);
      else this.#readStructure(byte);
    }
    this.#keep(chunk.subarray(from, at));
    return at;
  }

  #readText(byte: number): void {
    if (byte === quote && !this.#isEscaped) {
      this.#isInText = false;
      this.#endKey();
      return;
    }
    this.#isEscaped = byte === backslash && !this.#isEscaped;
    this.#key?.push(byte);
  }

  #readStructure(byte: number): void {
    if (byte === quote) this.#beginText();
    else if (byte === openObject || byte === openArray) this.#descend(byte === openObject);
    else if (byte === closeObject || byte === closeArray) this.#levels.pop();
    else if (byte === comma) {
      const level = this.#levels.at(-1);
      if (level !== undefined) level.isAtKey = level.isObject;
    }
  }

  #beginText(): void {
    const level = this.#levels.at(-1);
    const [top, second] = this.#levels;
    if (level?.isAtKey === true) {
      if (this.#levels.length <= 3) this.#key = [];
    } else if (this.#levels.length === 3 && top?.key === '_attachments' && level?.key === 'data') {
      this.#archive = this.#open(second?.key ?? '');
      return;
    }
    this.#isInText = true;
  }

  #endKey(): void {
    const level = this.#levels.at(-1);
    if (level === undefined || !level.isAtKey) return;
    level.isAtKey = false;
    if (this.#key !== undefined) level.key = textOf(this.#key);
    this.#key = undefined;
  }

  #descend(isObject: boolean): void {
    if (this.#levels.length >= deepest) {
      throw new ServerErrors.PUBLISH_REFUSED({ reason: `the document is nested deeper than ${deepest} levels` });
    }
    this.#levels.push({ isObject, key: '', isAtKey: isObject });
  }

  #closeArchive(): void {
    this.#archive?.end();
    this.#archive = undefined;
    // The quote that ends the text is read as part of what is kept.
    this.#isInText = true;
  }

  #keep(bytes: Uint8Array): void {
    const limitBytes = this.#limitBytes;
    if (this.#kept.length + bytes.length > limitBytes) throw new ServerErrors.DOCUMENT_TOO_LARGE({ limitBytes });
    this.#kept.add(bytes);
  }
}

/** A key may be written with escapes. */
function textOf(bytes: readonly number[]): string {
  try {
    return JSON.parse(`"${Buffer.from(bytes).toString()}"`) as string;
  } catch {
    return '';
  }
}
