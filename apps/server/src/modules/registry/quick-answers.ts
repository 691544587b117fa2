// What `npm install` asks for, as `package-routes.ts` answers it, where everything needed is in memory.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressOf } from '../../http/client-address.ts';
import type { QuickResponder, ReadyAnswer } from '../../http/quick.ts';
import type { Accounts } from '../accounts/service.ts';
import { isSame } from '../../http/entity-tag.ts';
import { archiveHeaders, documentHeaders, kindOf, lengthHeaders, typeOf } from './answers.ts';
import { isHost, prefix, tokenOf } from './requests.ts';
import type { Asker, RememberedPackages } from './service.ts';

export interface QuickAnswersOptions {
  readonly packages: Pick<RememberedPackages, 'recall' | 'recallArchive' | 'downloaded'>;
  readonly accounts: Pick<Accounts, 'recall'>;
  readonly everyoneReads: boolean;
  readonly publicUrl: string | undefined;
}

const start = `${prefix}/`;
const between = '/-/';

export function quickAnswers(options: QuickAnswersOptions): QuickResponder {
  const { packages, publicUrl } = options;
  const baseOf = publicUrl === undefined ? baseOfHost() : () => publicUrl;

  const document = (request: IncomingMessage, addressOf: AddressOf, part: string): ReadyAnswer | undefined => {
    const asker = askerOf(request, addressOf, options);
    const known = asker === 'to be asked' ? undefined : packages.recall(nameOf(part), asker);
    const base = baseOf(request.headers);
    if (known === undefined || base === undefined) return undefined;
    const kind = kindOf(request.headers.accept);
    const made = known.document(kind, base);
    if (made === undefined) return undefined;
    const { text, etag } = made;
    const route = routeOf(part, '');
    const headers = documentHeaders(etag, known.access === 'public' && asker === undefined);
    if (isSame(request.headers['if-none-match'], etag)) return { status: 304, route, headers, body: '' };
    return { status: 200, route, headers: [...headers, ...typeOf(kind), ...lengthHeaders(text.length)], body: text };
  };
  const archive = (
    request: IncomingMessage,
    addressOf: AddressOf,
    part: string,
    file: string,
  ): ReadyAnswer | undefined => {
    const asker = askerOf(request, addressOf, options);
    const found = asker === 'to be asked' ? undefined : packages.recallArchive(nameOf(part), file, asker);
    const { 'if-none-match': known, range } = request.headers;
    if (found === undefined || known !== undefined || range !== undefined) return undefined;
    const { bytes, access, place, version } = found;
    const headers = archiveHeaders(place, access === 'public' && asker === undefined);
    const sending = (): void => packages.downloaded(nameOf(part), version);
    return { status: 200, route: routeOf(part, `${between}:file`), headers, body: bytes, sending };
  };
  return (request, addressOf) => {
    const { method, url = '' } = request;
    if (method !== 'GET' || !url.startsWith(start)) return undefined;
    const at = url.indexOf(between, start.length + 1);
    if (at === -1) return document(request, addressOf, url.slice(start.length));
    return archive(request, addressOf, url.slice(start.length, at), url.slice(at + between.length));
  };
}

/** Undefined is everybody. */
function askerOf(
  request: IncomingMessage,
  addressOf: AddressOf,
  { accounts, everyoneReads }: QuickAnswersOptions,
): Asker | 'to be asked' {
  if (request.headers.authorization === undefined) return everyoneReads ? undefined : 'to be asked';
  const token = tokenOf(request);
  const account = token && accounts.recall(token, addressOf(request));
  return account === undefined || account === '' ? 'to be asked' : account;
}

/** As it is written in an address; what is no name is no package that is known. */
function nameOf(part: string): string {
  return part.startsWith('@') && part.includes('%') ? part.replace(/%2f/i, '/') : part;
}

function routeOf(part: string, after: string): string {
  return `${start}${part.startsWith('@') && part.includes('/') ? '@:scope([^/]+)/:rest' : ':name'}${after}`;
}

/** The registry's address; most clients have found it under the same one. What a proxy says of it, the framework reads. */
function baseOfHost(): (headers: IncomingHttpHeaders) => string | undefined {
  let last = '';
  let base = '';
  return ({ host = '', 'x-forwarded-host': proxied, 'x-forwarded-proto': protocol }) => {
    if (proxied !== undefined || protocol !== undefined) return undefined;
    if (host !== last) {
      if (!isHost(host)) return undefined;
      [last, base] = [host, `http://${host}${prefix}`];
    }
    return base === '' ? undefined : base;
  };
}
