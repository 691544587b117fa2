import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { isTag, notATag } from './names.ts';
import { objectOf } from './publication.ts';
import { bodyOf, named, readJson, type Callers, type NamedRequest } from './requests.ts';
import type { Packages } from './service.ts';
import type { SigningKey } from './signing.ts';

export interface OtherRoutesOptions {
  readonly packages: Packages;
  readonly callers: Callers;
  readonly key: Pick<SigningKey, 'published'>;
}

/** What npm asks beside packages: search, tags, access, stars, advisories and keys. */
export function otherRoutes(app: FastifyInstance, options: OtherRoutesOptions): void {
  const { packages, callers, key } = options;
  app.get('/-/ping', () => Promise.resolve({}));
  app.get('/-/npm/v1/keys', () => Promise.resolve({ keys: [key.published] }));

  // This registry knows of no vulnerabilities, and says so of each package that is asked for.
  app.post('/-/npm/v1/security/advisories/bulk', async (request) => {
    for await (const chunk of bodyOf(request)) void chunk;
    return {};
  });

  app.get('/-/v1/search', async (request) => {
    const range = { size: whole(asked(request, 'size'), 20, 250), from: whole(asked(request, 'from'), 0, 100_000) };
    const reader = await callers.reader(request);
    const { total, found } = await packages.search({ text: asked(request, 'text'), ...range }, reader);
    return { objects: found.map(shownResult), total, time: new Date().toISOString() };
  });

  app.get('/-/_view/starredByUser', async (request) => {
    await callers.reader(request);
    const names = await packages.starredBy(asked(request, 'key').replace(/^"(.*)"$/, '$1'));
    return { rows: names.map((value) => ({ value })) };
  });

  app.get<{ Params: { account: string } }>('/-/user/:account/package', async (request) => {
    await callers.reader(request);
    const names = await packages.ownedBy(request.params.account);
    return Object.fromEntries(names.map((name) => [name, 'write']));
  });
  tagRoutes(app, options);
  accessRoutes(app, options);
}

function tagRoutes(app: FastifyInstance, { packages, callers }: OtherRoutesOptions): void {
  const place = '/dist-tags/:tag';
  named(app, 'GET', ['/-/package/', '/dist-tags'], async (name, request) => {
    const { tags } = await packages.find(name, await callers.reader(request));
    return Object.fromEntries(tags);
  });

  const setTag = async (name: string, request: NamedRequest<{ tag: string }>) => {
    const account = await callers.publisher(request);
    const { tag } = request.params;
    const version = await readJson(request);
    const { archives } = await packages.find(name, account);
    if (!isTag(tag)) throw refused(name, tag, notATag);
    if (typeof version !== 'string' || !archives.has(version)) throw refused(name, tag, 'there is no such version');
    await packages.change({ name, tags: new Map([[tag, version]]) }, account, 'tag set');
    return { ok: true };
  };
  named<{ tag: string }>(app, 'PUT', ['/-/package/', place], setTag);
  named<{ tag: string }>(app, 'POST', ['/-/package/', place], setTag);

  named<{ tag: string }>(app, 'DELETE', ['/-/package/', place], async (name, request) => {
    const account = await callers.publisher(request);
    const { tag } = request.params;
    const { tags } = await packages.find(name, account);
    if (tag === 'latest') throw refused(name, tag, 'npm installs what has it; set it to another version');
    if (!tags.has(tag)) throw refused(name, tag, 'it has no such tag');
    await packages.change({ name, tags: new Map([[tag, null]]) }, account, 'tag removed');
    return { ok: true };
  });
}

function accessRoutes(app: FastifyInstance, { packages, callers }: OtherRoutesOptions): void {
  named(app, 'GET', ['/-/package/', '/visibility'], async (name, request) => {
    const { access } = await packages.find(name, await callers.reader(request));
    return { public: access === 'public' };
  });

  named(app, 'GET', ['/-/package/', '/collaborators'], async (name, request) => {
    const { owners } = await packages.find(name, await callers.reader(request));
    return Object.fromEntries(owners.map((owner) => [owner, 'write']));
  });

  named(app, 'POST', ['/-/package/', '/access'], async (name, request) => {
    const account = await callers.publisher(request);
    const { access } = objectOf(await readJson(request));
    if (access !== 'public' && access !== 'restricted') {
      throw new ServerErrors.BAD_REQUEST({ reason: 'access is public or restricted; nothing else can be set' });
    }
    await packages.change({ name, access }, account, 'access changed');
    return { ok: true };
  });
}

function shownResult({ summary, score }: { readonly summary: string; readonly score: number }) {
  // Only the words are ranked; nothing is measured of the rest.
  const detail = { quality: 0, popularity: 0, maintenance: 0 };
  return { package: JSON.parse(summary) as object, score: { final: score, detail }, searchScore: score };
}

/** One value of the query; a repeated one is none. */
function asked({ query }: FastifyRequest, name: string): string {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

function whole(text: string, otherwise: number, most: number): number {
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), most) : otherwise;
}

function refused(name: string, tag: string, reason: string): Error {
  return new ServerErrors.TAG_REFUSED({ tag: JSON.stringify(tag.slice(0, 60)), name, reason });
}
