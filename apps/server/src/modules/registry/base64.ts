import { ServerErrors } from '../../errors.ts';

/** Decodes base64 that arrives in pieces. */
export interface Base64Pieces {
  /** @throws ServerErrors.ARCHIVE_REFUSED when it is not base64 */
  decode(piece: Buffer): Uint8Array;
  /** @throws ServerErrors.ARCHIVE_REFUSED when it is not complete */
  end(): void;
}

export function base64Pieces(): Base64Pieces {
  let rest = '';
  let isOver = false;
  return {
    decode(piece) {
      if (piece.length === 0) return piece;
      const text = rest + piece.toString('latin1');
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      if (isOver) refuse();
      const bytes = Buffer.from(text.slice(0, whole), 'base64');
      const padding = text.endsWith('==', whole) ? 2 : Number(text.endsWith('=', whole));
      isOver = padding > 0;
      // Node leaves out what is not base64.
      if (bytes.length !== (whole / 4) * 3 - padding) refuse();
      return bytes;
    },
    end() {
      if (rest !== '') refuse();
    },
  };
}

function refuse(): never {
  throw new ServerErrors.ARCHIVE_REFUSED({ reason: 'its data is not base64' });
}
