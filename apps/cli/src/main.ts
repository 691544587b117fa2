#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { answerAtOnce } from './at-once.ts';

const words = process.argv.slice(2);
const answer = answerAtOnce(words);
if (answer === undefined) await command();
else await print(answer);

async function command(): Promise<never> {
  // The next run need not compile again what this one compiles; where Node may not write, nothing is kept.
  enableCompileCache();
  const [{ run }, { processIo }] = await Promise.all([import('./run.ts'), import('./process-io.ts')]);
  const io = processIo();
  const code = await run(words, io);
  await io.flush();
  // A rule that hung may have left a timer or a socket: the process ends when the answer is out, not when they do.
  process.exit(code);
}

/** Without the streams of the process, which take a tenth of an empty start to open: they are for what does not go at once. */
async function print(text: string): Promise<void> {
  try {
    writeSync(1, text);
  } catch {
    const { processIo } = await import('./process-io.ts');
    const io = processIo();
    io.stdout.write(text);
    await io.flush();
  }
}
