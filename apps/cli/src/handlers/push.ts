import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { composeAudit, withBase, type Base, type Request } from '../compose.ts';
import { expectOwnTarget, type SecretTarget } from '../config/own-target.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { reasonOf, sentence } from '../project/problem.ts';
import { pushPipeline, pushReport } from '../push/push.ts';
import { parseReport } from '../report/read.ts';
import { json } from '../reporters/json.ts';
import { readVersion } from '../version.ts';

/** The flags of `seaworthy report push`. */
export interface PushFlags {
  readonly url?: string;
  readonly token?: string;
  readonly config?: string;
}

const tokenTarget: SecretTarget = {
  secret: 'push.token',
  target: 'push.url',
  advice: 'Give --url or set SEAWORTHY_PUSH_URL',
};

/**
 * Pushes a report: of a file, of standard input for `-`, or of an audit of the current directory when nothing is named.
 * Prints the address of the report.
 */
export async function push(
  flags: PushFlags,
  file: string | undefined,
  io: Io,
  packs?: Request['packs'],
): Promise<number> {
  const request = toRequest(flags, packs);
  return withBase(request, io, async (base) => {
    const { url, token } = base.loaded.settings.push;
    if (url === undefined) throw new CliErrors.PUSH_URL_MISSING();
    if (token !== undefined) expectOwnTarget(base.loaded, tokenTarget);
    const bytes = await readReport(file, request, base, io);
    const pushed = await pushReport(bytes, {
      url,
      version: readVersion(),
      pipeline: base.resilience.pipeline('push', pushPipeline),
      signal: base.signal,
      ...(token && { token: token.reveal() }),
    });
    io.stdout.write(`${pushed.url}\n`);
    return exitCodes.clean;
  });
}

function toRequest(flags: PushFlags, packs: Request['packs']): Request {
  return {
    command: 'report push',
    directory: '.',
    configFile: flags.config,
    flags: {
      'push.url': { flag: '--url', value: flags.url },
      'push.token': { flag: '--token', value: flags.token },
    },
    ...(packs && { packs }),
  };
}

async function readReport(
  file: string | undefined,
  request: Request,
  base: Base,
  io: Io,
): Promise<Uint8Array<ArrayBuffer>> {
  if (file === undefined) {
    const report = await composeAudit(request, base, io);
    return new TextEncoder().encode(json(report, { version: readVersion() }));
  }
  const bytes = await readBytes(file, base.signal, io);
  // What the server would refuse is refused before it has to.
  parseReport(file, bytes);
  return bytes;
}

async function readBytes(file: string, signal: AbortSignal, io: Io): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (file !== '-') return new Uint8Array(await readFile(resolve(io.cwd, file), { signal }));
    return await readAll(io.stdin, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new CliErrors.REPORT_UNREADABLE({ path: file, reason: sentence(reasonOf(error)) }, { cause: error });
  }
}

/** Reads to the end, or until the signal aborts: a stream that waits for its writer does not look at it. */
async function readAll(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const pieces = stream[Symbol.asyncIterator]();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const piece = await Promise.race([pieces.next(), stopped.promise]);
      if (piece.done === true) return new Uint8Array(Buffer.concat(chunks));
      chunks.push(piece.value);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
