import type { FastifyInstance } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import type { Json } from './publication.ts';
import { baseOf, bodyOf, named, type Callers, type NamedRequest } from './requests.ts';
import type { Packages } from './service.ts';

export interface PackageRoutesOptions {
  readonly packages: Packages;
  readonly callers: Callers;
  readonly publicUrl: string | undefined;
}

const installType = 'application/vnd.npm.install-v1+json';
/** An archive never changes. */
const forEver = 'max-age=31536000, immutable';

/** `/<package>` and its archives. */
export function packageRoutes(app: FastifyInstance, { packages, callers, publicUrl }: PackageRoutesOptions): void {
  named(app, 'GET', ['/', ''], async (name, request, reply) => {
    const reader = await callers.reader(request);
    const known = await packages.find(name, reader);
    const kind = wantsInstall(request) ? 'install' : 'full';
    const { body, etag } = known.document(kind, baseOf(request, publicUrl));
    const isOpen = known.access === 'public' && reader === undefined;
    void reply.headers({ etag, vary: 'accept', 'cache-control': `${isOpen ? 'public' : 'private'}, no-cache` });
    if (isSame(request, etag)) return reply.code(304).send();
    return reply.type(kind === 'install' ? installType : 'application/json').send(body);
  });

  named<{ version: string }>(app, 'GET', ['/', '/:version'], async (name, request, reply) => {
    const { version } = request.params;
    const known = await packages.find(name, await callers.reader(request));
    const document = JSON.parse(known.document('full', baseOf(request, publicUrl)).body.toString()) as FullDocument;
    const wanted = own(document['dist-tags'], version) ?? version;
    const found = own(document.versions, wanted);
    if (found === undefined)
      throw new ServerErrors.VERSION_UNKNOWN({ name, version: JSON.stringify(version.slice(0, 80)) });
    return reply.header('cache-control', 'no-cache').send(found);
  });

  named<{ file: string }>(app, ['GET', 'HEAD'], ['/', '/-/:file'], async (name, request, reply) => {
    const reader = await callers.reader(request);
    const place = await packages.archive(name, request.params.file, reader);
    const isOpen = place.access === 'public' && reader === undefined;
    const etag = `"${place.sha256}"`;
    void reply.headers({ etag, 'cache-control': `${isOpen ? 'public' : 'private'}, ${forEver}` });
    if (isSame(request, etag)) return reply.code(304).send();
    void reply.headers({ 'content-type': 'application/octet-stream', 'content-length': place.bytes });
    if (request.method === 'HEAD') return reply.send();
    packages.downloaded(name, place.version);
    return reply.send(await packages.open(place));
  });

  named(app, 'PUT', ['/', ''], async (name, request, reply) => {
    await packages.put(name, bodyOf(request), await callers.publisher(request));
    return reply.code(201).send({ ok: true, success: true, id: name });
  });

  named<{ rev: string }>(app, 'PUT', ['/', '/-rev/:rev'], async (name, request, reply) => {
    await packages.put(name, bodyOf(request), await callers.publisher(request), revisionOf(request.params.rev));
    return reply.code(201).send({ ok: true, id: name });
  });

  named<{ rev: string }>(app, 'DELETE', ['/', '/-rev/:rev'], async (name, request) => {
    const account = await callers.publisher(request);
    const revision = revisionOf(request.params.rev);
    await packages.change({ name, revision, unpublish: 'all' }, account, 'package unpublished');
    return { ok: true };
  });

  // npm unpublishes a version by a new document without it, and then asks for its archive to go, which it has by then.
  named<{ file: string }>(app, 'DELETE', ['/', '/-/:file/-rev/:rev'], async (name, request) => {
    const account = await callers.publisher(request);
    await packages.removeArchive(name, request.params.file, account);
    return { ok: true };
  });
}

interface FullDocument {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Json>>;
}

function own<Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

/** npm asks for what it needs to install, `npm view` and a change for everything. */
function wantsInstall({ headers, query }: NamedRequest): boolean {
  return (headers.accept ?? '').includes(installType) && query['write'] === undefined;
}

function isSame({ headers }: NamedRequest, etag: string): boolean {
  const given = headers['if-none-match'];
  return given !== undefined && given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

/** @throws ServerErrors.BAD_REQUEST */
function revisionOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ServerErrors.BAD_REQUEST({ reason: 'its address names no revision' });
  return Number(text);
}
