import type { Note, Place } from './notes.ts';
import type { Told } from './check.ts';

/** A note without its place, for bundlers that show the place themselves. */
export function inWords({ headline, advice }: Note): string {
  return [headline, ...advice.map((line) => `  ${line}`)].join('\n');
}

/** A note with its place and the code around it. */
export function inFull(note: Note): string {
  const at = note.place === undefined ? '' : `${placeText(note.place)}  `;
  return [`${at}${note.headline}`, note.frame, ...note.advice.map((line) => `  ${line}`)]
    .filter((part) => part !== '')
    .join('\n');
}

/** All that fails a build, in one text: some bundlers end with the first error that they hear of. */
export function allInFull({ failing, summary }: Told): string {
  return [summary, ...failing.map(inFull)].join('\n\n');
}

function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
