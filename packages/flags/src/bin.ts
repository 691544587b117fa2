#!/usr/bin/env node
import { runCli } from './cli.ts';

const { argv, stdout, stderr } = process;
process.exitCode = await runCli(argv.slice(2), { directory: process.cwd(), stdout, stderr });
