import { defineErrors, type Catalogue } from '@seaworthy/errors';

const definitions = {
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got {value} ({type}).',
    exitCode: 78,
  },
  UNKNOWN_OPTION: {
    message: 'There is no option `{option}`.{hint} Correct or remove it. Known are: {known}.',
    exitCode: 78,
  },
  TOKEN_REQUIRED: {
    message:
      'The management server would listen beyond this machine ({host}) without a token. Give it a `token`, or leave `host` at 127.0.0.1.',
    exitCode: 78,
  },
  LISTEN_FAILED: {
    message: 'The management server cannot listen on {host}:{port}: {reason}. Choose another port; 0 takes a free one.',
    exitCode: 69,
  },
  ENDPOINT_TAKEN: {
    message: 'The endpoint name "{name}" is taken. Give each endpoint a name of its own.',
    exitCode: 78,
  },
  UNAUTHENTICATED: {
    message: 'This needs the management token. Send it as `Authorization: Bearer <token>`.',
    httpStatus: 401,
    stack: false,
  },
  WRITE_REFUSED: {
    message: 'Without a token nothing can be changed. Start the management server with a `token` and send it.',
    httpStatus: 403,
    stack: false,
  },
  HOST_REFUSED: {
    message: 'The name "{host}" is not one of this server. Use its address, or add the name to `allowedHosts`.',
    httpStatus: 421,
    stack: false,
  },
  ORIGIN_REFUSED: {
    message: 'Pages of {origin} may not ask this server. Open it directly.',
    httpStatus: 403,
    stack: false,
  },
  TOO_MANY_REQUESTS: {
    message: 'Too many requests come from this address. Ask again in {retryAfterSeconds} s.',
    httpStatus: 429,
    retryable: true,
    stack: false,
  },
  DUMP_REFUSED: {
    message: 'Without a token no dump is taken. Start the management server with a `token` and send it.',
    httpStatus: 403,
    stack: false,
  },
  DUMP_RUNNING: {
    message: 'A dump ({running}) is being taken, and only one is at a time. Ask again when it is done.',
    httpStatus: 409,
    retryable: true,
    stack: false,
  },
  HEAP_TOO_LARGE: {
    message:
      'The heap holds {heapBytes} bytes, more than the {maxHeapBytes} of `maxHeapBytes`. Raise it if the process may stop for so long.',
    httpStatus: 503,
    expose: true,
    stack: false,
  },
  DIAGNOSTICS_UNAVAILABLE: {
    message: 'This Node.js has no inspector, which looks into the main thread. Use a build that has one.',
    httpStatus: 501,
    expose: true,
  },
  MAIN_THREAD_STUCK: {
    message: 'The main thread did not answer within {waitedMs} ms. /diagnostics/stack shows what it does.',
    httpStatus: 504,
    expose: true,
    retryable: true,
    stack: false,
  },
  WORKER_FAILED: {
    message: 'The worker thread of the management server ended: {reason}. Start without `worker`, or see the cause.',
    exitCode: 70,
  },
  NOT_FOUND: {
    message: 'There is nothing at {path}. The list of endpoints is at /.',
    httpStatus: 404,
    stack: false,
  },
  METHOD_NOT_ALLOWED: {
    message: '{method} is not possible on {path}. Possible: {allowed}.',
    httpStatus: 405,
    stack: false,
  },
  MALFORMED_URL: {
    message: 'The requested URL cannot be read. Check its percent-encoding.',
    httpStatus: 400,
    stack: false,
  },
  BODY_TOO_LARGE: {
    message: 'The body is larger than {limit} bytes. Send less.',
    httpStatus: 413,
    stack: false,
  },
  MEDIA_TYPE_REFUSED: {
    message: 'The body must be sent as application/json, not as {mediaType}.',
    httpStatus: 415,
    stack: false,
  },
  BODY_NOT_JSON: {
    message: 'The body is not valid JSON. Check its syntax.',
    httpStatus: 400,
    stack: false,
  },
  INVALID_BODY: {
    message: 'Expected `{field}` to be {expected}.',
    httpStatus: 400,
    stack: false,
  },
  INVALID_QUERY: {
    message: 'Expected the query parameter `{field}` to be {expected}.',
    httpStatus: 400,
    stack: false,
  },
  SNAPSHOT_UNKNOWN: {
    message:
      'This version of V8 writes heap snapshots in a form that is not known here, so nothing could be hidden in one.',
    httpStatus: 500,
    expose: true,
  },
  NOT_A_WORKER: {
    message:
      'This file is the program of a worker thread. Call `startManagement` with the option `worker`, which starts it.',
    exitCode: 70,
  },
  CONTRIBUTOR_FAILED: {
    message: 'The part behind "{endpoint}" failed. Its error is in the log of this process.',
    httpStatus: 500,
    expose: true,
  },
  CONTRIBUTOR_HUNG: {
    message: 'The part behind "{endpoint}" did not answer within {timeoutMs} ms.',
    httpStatus: 504,
    expose: true,
    retryable: true,
  },
  CONTRIBUTOR_UNREADABLE: {
    message: 'The part behind "{endpoint}" answered with {problem}, which cannot be shown.',
    httpStatus: 500,
    expose: true,
  },
} as const;

/** Every error this package throws or answers. */
export const ManagementErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.management', definitions);
