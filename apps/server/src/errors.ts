import { defineErrors } from '@seaworthy/errors';
import type { Catalogue } from '@seaworthy/errors';

const definitions = {
  PORT_IN_USE: {
    message: 'Port {port} on {host} is already in use. Stop the other program, or set PORT to a free port.',
    exitCode: 78,
    stack: false,
  },
  NO_FREE_PORT: {
    message: 'No port between {first} and {last} is free on {host}. Set PORT to a free port.',
    exitCode: 78,
    stack: false,
  },
  CANNOT_LISTEN: {
    message: 'Cannot listen on {host}:{port} ({reason}). Choose another host or port.',
    exitCode: 78,
    stack: false,
  },
  DATA_UNREADABLE: {
    message: 'The database {file} cannot be opened: {reason}. Check the folder, its permissions and the free space.',
    exitCode: 74,
  },
  STORE_UNAVAILABLE: {
    message: 'The store cannot answer at the moment ({reason}). Nothing was changed; try again.',
    httpStatus: 503,
    retryable: true,
    expose: true,
  },
  UNAUTHORIZED: {
    message: 'The token is missing or wrong. Send it as "Authorization: Bearer <token>".',
    httpStatus: 401,
    stack: false,
  },
  NOT_FOUND: {
    message: 'There is nothing at {path}.',
    httpStatus: 404,
    stack: false,
  },
  METHOD_NOT_ALLOWED: {
    message: '{method} is not possible on {path}. Possible: {allowed}.',
    httpStatus: 405,
    stack: false,
  },
  REPORT_UNKNOWN: {
    message: 'There is no report {id}.',
    httpStatus: 404,
    stack: false,
  },
  PROJECT_UNKNOWN: {
    message: 'There is no project {name}. It appears with its first report: seaworthy report push --url <server>.',
    httpStatus: 404,
    stack: false,
  },
  NOT_A_REPORT: {
    message: 'The body is not a readiness report: {reason}. Send the output of "seaworthy audit --format json".',
    httpStatus: 422,
    stack: false,
  },
  BAD_REQUEST: {
    message: 'The request cannot be read: {reason}. Correct it and send it again.',
    httpStatus: 400,
    stack: false,
  },
  REQUEST_TOO_SLOW: {
    message: 'The request did not arrive within {timeoutMs} ms. Send it again over a faster connection.',
    httpStatus: 408,
    stack: false,
  },
  HEADERS_TOO_LARGE: {
    message: 'The headers of the request are larger than {limitBytes} bytes. Send fewer or shorter ones.',
    httpStatus: 431,
    stack: false,
  },
  BODY_TOO_LARGE: {
    message: 'The body is larger than {limitBytes} bytes. Audit a smaller folder, or raise SEAWORTHY_BODY_LIMIT_BYTES.',
    httpStatus: 413,
    stack: false,
  },
  UNSUPPORTED_MEDIA_TYPE: {
    message: 'The content type {type} is not understood. Send application/json.',
    httpStatus: 415,
    stack: false,
  },
  INTERNAL: {
    message: 'The server failed while it answered {method} {path}.',
    httpStatus: 500,
  },
  NOT_STARTED: { message: '{name} is used before it has started. Declare it in "after".', exitCode: 70 },
} as const;

/** Every error that the server can raise, by code `seaworthy.server.<PROBLEM>`. */
export const ServerErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.server', definitions);
