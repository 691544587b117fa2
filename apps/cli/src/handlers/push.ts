import { composeAudit, withBase, type Base, type Request } from '../compose.ts';
import { expectOwnTarget, type SecretTarget } from '../config/own-target.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { pushPipeline, pushReport } from '../push/push.ts';
import { parseReport, readReportBytes } from '../report/read.ts';
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
  const bytes = await readReportBytes(file, io, base.signal);
  // What the server would refuse is refused before it has to.
  parseReport(file, bytes);
  return bytes;
}
