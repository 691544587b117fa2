import { PluginErrors } from '../errors.ts';

/** Which part of an archive is meant: its number from 1, and its path as far as it is known. */
export interface Place {
  readonly entry: number;
  readonly path?: string;
}

/** Makes the error; the path is quoted, because a hostile one can hold anything. */
export function archiveRefused(place: Place | undefined, reason: string, cause?: unknown): Error {
  const where = place
    ? `entry ${place.entry}${place.path === undefined ? '' : ` (${quoted(place.path)})`}`
    : 'the file';
  return new PluginErrors.ARCHIVE_REFUSED({ where, reason }, cause === undefined ? {} : { cause });
}

/** A text of others in one short line, with nothing in it that a terminal would act on. */
export function quoted(text: string, most = 120): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(short).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
