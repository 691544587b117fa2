// Made when they are used: V8 reads a literal when it reads the file, and looks up the classes of all of Unicode for it.
let others: RegExp | undefined;
let humps: RegExp | undefined;

/** Replaces each run of characters that are neither letters nor digits. */
export function replaceOthers(text: string, by: string): string {
  others ??= new RegExp(String.raw`[^\p{L}\p{N}]+`, 'gu');
  return text.replaceAll(others, by);
}

/** Puts something where a capital follows a small letter or a digit: `dataDir` has one such place. */
export function splitHumps(text: string, by: string): string {
  humps ??= new RegExp(String.raw`([\p{Ll}\p{N}])(\p{Lu})`, 'gu');
  return text.replaceAll(humps, `$1${by}$2`);
}
