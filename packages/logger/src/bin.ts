#!/usr/bin/env node
import { runAuditCli } from './audit/cli.ts';

const { argv, env, stdout, stderr } = process;
process.exitCode = await runAuditCli(argv.slice(2), { env, stdout, stderr });
