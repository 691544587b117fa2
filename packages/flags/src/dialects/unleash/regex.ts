import type { CompileRegex } from './constraints.ts';

/** Loads `re2js`, an optional peer; undefined if it is not installed. */
export async function loadRegex(): Promise<CompileRegex | undefined> {
  try {
    const { RE2JS } = await import('re2js');
    return (source, isCaseInsensitive) => {
      try {
        const pattern = RE2JS.compile(source, isCaseInsensitive ? RE2JS.CASE_INSENSITIVE : 0);
        return (text) => pattern.matcher(text).find();
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}
