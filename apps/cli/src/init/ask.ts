import { CliErrors } from '../errors.ts';
import type { InitMessages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';

/** Asks the person at the terminal. */
export interface Asker {
  /** Yes or no; an empty answer is the one proposed. @throws INTERRUPTED when nobody answers any more */
  confirm(question: string, proposed: boolean): Promise<boolean>;
  /** One of these words; asked again until it is one. @throws INTERRUPTED when nobody answers any more */
  choose<Word extends string>(question: string, words: readonly Word[], proposed: Word): Promise<Word>;
}

/** Questions go to standard error, so that standard output carries the result; answers are lines of standard input. */
export function createAsker(
  { stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>,
  { yes, no, yesOrNo }: Pick<InitMessages, 'yes' | 'no' | 'yesOrNo'>,
): Asker {
  const lines = linesOf(stdin);
  const ask = async (question: string): Promise<string> => {
    stderr.write(question);
    const { done, value } = await lines.next();
    if (done === true)
      throw new CliErrors.INTERRUPTED({ done: 'not all questions were answered, and nothing was written' });
    return value.trim().toLowerCase();
  };
  return {
    async confirm(question, proposed) {
      for (;;) {
        const answer = await ask(`${question} [${yesOrNo(proposed)}] `);
        if (answer === '') return proposed;
        if (yes.test(answer)) return true;
        if (no.test(answer)) return false;
      }
    },
    async choose(question, words, proposed) {
      for (;;) {
        const answer = await ask(`${question} (${words.join(', ')}) [${proposed}] `);
        const word = answer === '' ? proposed : words.find((each) => each === answer);
        if (word !== undefined) return word;
      }
    },
  };
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
  return undefined;
}
