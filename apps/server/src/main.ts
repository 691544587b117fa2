#!/usr/bin/env node
import { exitCode, toTerminal } from '@seaworthy/errors';
import { LifecycleErrors } from '@seaworthy/lifecycle';
import { startServer } from './compose.ts';
import { loadSettings } from './settings.ts';

/** Of an internal error, by sysexits.h: only then does the stack say more than the message. */
const unforeseen = 70;

try {
  const config = await loadSettings({ variables: process.env, args: process.argv.slice(2) });
  await startServer(config);
} catch (error) {
  // Whoever stopped it during the start needs no explanation; the lifecycle ends the process.
  if (!LifecycleErrors.STOPPED_WHILE_STARTING.is(error)) explain(error);
}

function explain(error: unknown): void {
  // The part that could not start knows best what happened and what to do.
  const failure: unknown = LifecycleErrors.START_FAILED.is(error) ? error.cause : error;
  const code = exitCode(failure);
  console.error(toTerminal(failure, { stack: code === unforeseen }));
  process.exitCode = code;
}
