import { ErrorsErrors } from './errors.ts';
import { translatedMessage } from './i18n/translate.ts';
import type { LocaleOptions } from './i18n/translate.ts';
import { isList, metaOf, read } from './meta.ts';
import { normalize } from './normalize.ts';
import type { JsonValue } from './plain.ts';
import { problemsIn } from './problem.ts';
import type { Problem } from './problem.ts';
import { scrub } from './secrets.ts';
import { secretsIn, snapshot } from './snapshot.ts';
import { statusOf, statusPhrase } from './status.ts';
import { placeholders } from './template.ts';
import type { ErrorMeta, SeaworthyError } from './types.ts';

/** A problem details object by RFC 9457, to be sent as `application/problem+json`. */
export interface ProblemDetails {
  /** The catalogue's `docs` URL, else `about:blank`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: string;
  readonly retryable?: true;
  readonly help?: string;
  /** The parameters that `detail` shows. */
  readonly params?: Readonly<Record<string, JsonValue>>;
  /** The problems of a collected error, a hundred at most: `detail` tells how many there are. */
  readonly errors?: readonly ProblemItem[];
}

export interface ProblemItem {
  readonly code: string;
  readonly detail: string;
  readonly suggestion?: string;
}

export interface ProblemDetailsOptions extends LocaleOptions {
  /** URI reference of this occurrence, such as the request's path. */
  readonly instance?: string;
}

/**
 * Turns any thrown value into a problem details object; never throws.
 * A 5xx says nothing of itself but its code, unless its entry has `expose`.
 */
export function toProblemDetails(error: unknown, options: ProblemDetailsOptions = {}): ProblemDetails {
  const normal = normalize(error);
  const meta = metaOf(normal) ?? { code: 'seaworthy.errors.UNEXPECTED', message: '' };
  const status = statusOfError(normal, meta);
  const isOpen = status < 500 || meta.expose === true;
  const body: ProblemDetails = {
    ...(isOpen ? openBody(normal, meta, status, options) : genericBody(status, options)),
    ...(options.instance === undefined ? {} : { instance: options.instance }),
    code: meta.code,
    ...(meta.retryable === true ? { retryable: true } : {}),
    ...(isOpen ? details(normal, meta) : {}),
  };
  // The address of a request may repeat a secret too.
  return scrub(body, secretsIn(normal));
}

function statusOfError(error: SeaworthyError, meta: ErrorMeta): number {
  const problems = problemsIn(error);
  const own = meta.code === 'seaworthy.errors.UNEXPECTED' ? clientStatus(read(error, 'cause')) : undefined;
  const status =
    problems.length > 0
      ? problems.reduce((worst, problem) => Math.max(worst, problem.httpStatus), 0)
      : (own ?? statusOf(meta));
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : 500;
}

function clientStatus(cause: unknown): number | undefined {
  const isBoom = read(cause, 'isBoom') === true;
  const status = read(isBoom ? read(cause, 'output') : cause, 'statusCode');
  const isForClient = isBoom || isMadeForClient(cause);
  return isForClient && typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/**
 * A bare status is not enough: HTTP clients put the status of somebody else's answer there. `validation` is what Fastify's
 * schemas refuse, a URIError with a status is an address that Express cannot decode.
 */
function isMadeForClient(cause: unknown): boolean {
  const name = read(cause, 'name');
  const isOfFramework = name === 'FastifyError' || name === 'URIError' || isList(read(cause, 'validation'));
  return isOfFramework || read(cause, 'expose') === true;
}

type Body = Pick<ProblemDetails, 'type' | 'title' | 'status' | 'detail'>;

function genericBody(status: number, options: LocaleOptions): Body {
  const generic = new ErrorsErrors.INTERNAL();
  const detail = translatedMessage(generic, options) ?? generic.message;
  return { type: 'about:blank', title: statusPhrase(status), status, detail };
}

function openBody(error: SeaworthyError, meta: ErrorMeta, status: number, options: LocaleOptions): Body {
  const detail = translatedMessage(error, options) ?? snapshot(error, 'readable').message;
  // By RFC 9457, `about:blank` asks for the status phrase as title.
  if (meta.docs === undefined) return { type: 'about:blank', title: statusPhrase(status), status, detail };
  return { type: meta.docs, title: titleOf(meta.code), status, detail };
}

function details(error: SeaworthyError, meta: ErrorMeta): Pick<ProblemDetails, 'help' | 'params' | 'errors'> {
  const help = meta.help === undefined ? {} : { help: meta.help };
  const problems = problemsIn(error);
  if (problems.length > 0) return { ...help, errors: problems.slice(0, mostItems).map(itemOf) };
  const shown = placeholders(meta.message);
  const params = Object.entries(snapshot(error, 'readable').params ?? {}).filter(([name]) => shown.includes(name));
  return params.length === 0 ? help : { ...help, params: Object.fromEntries(params) };
}

/** A client may send any number of mistakes. */
const mostItems = 100;

function itemOf(problem: Problem): ProblemItem {
  const suggestion = problem.suggestion === undefined ? {} : { suggestion: problem.suggestion };
  return { code: problem.code, detail: problem.message, ...suggestion };
}

/** `billing.CARD_DECLINED` reads "Card declined". */
function titleOf(code: string): string {
  const words = code
    .slice(code.lastIndexOf('.') + 1)
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
