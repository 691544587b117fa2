#!/usr/bin/env node
import { runCli } from './cli.ts';
import { createOutput } from './output.ts';

const { argv, stdout, stderr } = process;
const output = createOutput({ stdout, stderr, exit: (code) => process.exit(code) });
const code = await runCli(argv.slice(2), { directory: process.cwd(), stdout, stderr });
await output.written();
// A module may have left a timer or a socket: the command ends when its answer is out, not when they do.
process.exit(code);
