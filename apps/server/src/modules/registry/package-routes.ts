import type { FastifyInstance } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { partOf, rangeOf } from '../../http/byte-range.ts';
import { isSame } from '../../http/entity-tag.ts';
import { requireRight } from '../accounts/roles.ts';
import { archiveHeaders, asObject, documentHeaders, kindOf, typeOf } from './answers.ts';
import { versionOfArchive } from './names.ts';
import type { Json } from './publication.ts';
import { baseOf, bodyOf, named, type Callers } from './requests.ts';
import type { Packages } from './service.ts';

export interface PackageRoutesOptions {
  readonly packages: Packages;
  readonly callers: Callers;
  readonly publicUrl: string | undefined;
}

/** `/<package>` and its archives. */
export function packageRoutes(app: FastifyInstance, { packages, callers, publicUrl }: PackageRoutesOptions): void {
  named(app, 'GET', ['/', ''], async (name, request, reply) => {
    const reader = await callers.reader(request);
    const kind = request.query['write'] === undefined ? kindOf(request.headers.accept) : 'full';
    const { known, document } = await packages.document(name, reader, kind, baseOf(request, publicUrl));
    const { body, etag } = document;
    void reply.headers(asObject(documentHeaders(etag, known.access === 'public' && reader === undefined)));
    if (isSame(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.headers(asObject(typeOf(kind))).send(body);
  });

  named<{ version: string }>(app, 'GET', ['/', '/:version'], async (name, request, reply) => {
    const { version } = request.params;
    const reader = await callers.reader(request);
    const found = await packages.document(name, reader, 'full', baseOf(request, publicUrl));
    const document = JSON.parse(found.document.body.toString()) as FullDocument;
    const wanted = own(document['dist-tags'], version) ?? version;
    const manifest = own(document.versions, wanted);
    if (manifest === undefined)
      throw new ServerErrors.VERSION_UNKNOWN({ name, version: JSON.stringify(version.slice(0, 80)) });
    return reply.send(manifest);
  });

  named<{ file: string }>(app, ['GET', 'HEAD'], ['/', '/-/:file'], async (name, request, reply) => {
    const reader = await callers.reader(request);
    const place = await packages.archive(name, request.params.file, reader);
    const isOpen = place.access === 'public' && !place.isPaid && reader === undefined;
    const headers = asObject(archiveHeaders(place, isOpen));
    const { etag = '', 'cache-control': cacheControl } = headers;
    if (isSame(request.headers['if-none-match'], etag))
      return reply.headers({ etag, 'cache-control': cacheControl }).code(304).send();
    if (request.method === 'HEAD') return reply.headers(headers).send();
    // Who has an address in a bucket needs nothing else for some minutes, and may give it to others.
    const link = place.isPaid ? undefined : await packages.linkTo(place, isOpen);
    const range = link === undefined ? rangeOf(request.headers, place.bytes, etag) : undefined;
    if (range === 'none') return reply.code(416).header('content-range', `bytes */${place.bytes}`).send();
    // What is refused is not to be kept, as an archive may be.
    const found = link === undefined ? await packages.open(place) : undefined;
    // Of one that is fetched in parts the first one counts.
    if (range === undefined || range.first === 0) packages.downloaded(name, place.version);
    if (link !== undefined) return reply.header('cache-control', 'no-store').redirect(link, 302);
    if (range === undefined || found === undefined) return reply.headers(headers).send(found);
    const { first, last } = range;
    const part = { 'content-range': `bytes ${first}-${last}/${place.bytes}`, 'content-length': last + 1 - first };
    return reply
      .code(206)
      .headers({ ...headers, ...part })
      .send(partOf(found, range));
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
  // The new document has used the code of an authenticator: what is gone needs no other one.
  named<{ file: string }>(app, 'DELETE', ['/', '/-/:file/-rev/:rev'], async (name, request) => {
    const account = await callers.account(request);
    requireRight(account, 'publish');
    const { file } = request.params;
    const { archives } = await packages.find(name, account);
    const isThere = archives.has(versionOfArchive(name, file) ?? '');
    await packages.removeArchive(name, file, isThere ? await callers.publisher(request) : account);
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

/** @throws ServerErrors.BAD_REQUEST */
function revisionOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ServerErrors.BAD_REQUEST({ reason: 'its address names no revision' });
  return Number(text);
}
