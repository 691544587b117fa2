#!/usr/bin/env node
import { run } from './run.ts';
import { processIo } from './process-io.ts';

const io = processIo();
const code = await run(process.argv.slice(2), io);
await io.flush();
// A rule that hung may have left a timer or a socket: the process ends when the answer is out, not when they do.
process.exit(code);
