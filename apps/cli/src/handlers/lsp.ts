import { createLifecycle, type Lifecycle } from '@seaworthy/lifecycle';
import { builtInPacks } from '../compose.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { serve } from '../lsp/serve.ts';

/** What an interrupted server has to end by itself, in milliseconds. */
const lastWordsMs = 500;

/** Serves one editor until it is done; answers the exit code of the protocol: 0 after `shutdown`, else 1. */
export async function lsp(_flags: object, io: Io, packs: URL = builtInPacks()): Promise<number> {
  const lifecycle: Lifecycle = createLifecycle({
    graceMs: 5_000,
    lameDuckMs: 0,
    onUncaught: 'off',
    exitCodes: Object.fromEntries(io.signals.map((signal) => [signal, exitCodes.interrupted])),
    signals: io.signals,
    exit: (code) => io.exit(code, lifecycle.state === 'stopped' ? lastWordsMs : 0),
  });
  await lifecycle.start();
  try {
    return await lifecycle.track(serve({ io, packs, signal: lifecycle.signal }), 'language server');
  } finally {
    await lifecycle.stop('done');
  }
}
