// Paths, messages and lines of code come from the audited project: what would steer a terminal is made visible instead.

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text on one line, with control and direction characters shown by their code. Tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(control, (char) => `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`);
}

/** `1 error`, `2 errors`. */
export function plural(amount: number, noun: string, several: string = `${noun}s`): string {
  return amount === 1 ? `1 ${noun}` : `${amount} ${several}`;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const empty = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** How many cells of a terminal a text fills. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    if (wide.test(char)) width += 2;
    else if (!empty.test(char)) width += 1;
  }
  return width;
}
