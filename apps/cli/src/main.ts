#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { run } from './run.ts';
import { processIo } from './process-io.ts';

// The next run need not compile again what this one compiles; where Node may not write, nothing is kept.
enableCompileCache();
const io = processIo();
const code = await run(process.argv.slice(2), io);
await io.flush();
// A rule that hung may have left a timer or a socket: the process ends when the answer is out, not when they do.
process.exit(code);
