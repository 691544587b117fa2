// Over 300 lines because all errors of the server stand in one file, as in every package; a test compares it with the reference.
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
  ROUTE_SCHEMA: {
    message: 'A route has a schema of Fastify. Check what arrives in the route, with a schema of its module.',
    exitCode: 70,
  },
  DATA_UNREADABLE: {
    message: 'The database {file} cannot be opened: {reason}. Check the folder, its permissions and the free space.',
    exitCode: 74,
  },
  DATABASE_UNUSABLE: {
    message:
      'The database {address} cannot be used: {reason}. Check SEAWORTHY_DATABASE_URL, that the server runs and that the user may create tables.',
    exitCode: 69,
    stack: false,
  },
  DATABASE_NOT_EMPTY: {
    message:
      'The database {address} is not empty: {table} has rows. Nothing was copied; give an empty database, or an empty schema of one.',
    exitCode: 73,
    stack: false,
  },
  COPY_DIFFERS: {
    message:
      'The copy of {table} has {found} rows, of {expected}, or other values. Nothing was copied; try again, and report it if it comes back.',
    exitCode: 70,
  },
  DATA_IN_USE: {
    message:
      'The data folder {folder} is used by another server: process {pid} on {host}. Stop it, or give this one a folder of its own.',
    exitCode: 73,
    stack: false,
  },
  STORE_UNAVAILABLE: {
    message: 'The store cannot answer at the moment ({reason}). Nothing was changed; try again.',
    httpStatus: 503,
    retryable: true,
    expose: true,
  },
  STORE_UNCERTAIN: {
    message:
      'The store was lost while it confirmed a change ({reason}): perhaps it was made. Look whether it was before you send it again.',
    httpStatus: 503,
    expose: true,
  },
  WRITE_UNCONFIRMED: {
    message:
      'The disk has not confirmed what was written ({reason}). It may be kept or lost: look before you send it again.',
    httpStatus: 503,
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
    message:
      'There is no report {id}, or it is not shown to you. Sign in, or send a token, if it is of a project of yours.',
    httpStatus: 404,
    stack: false,
  },
  PROJECT_UNKNOWN: {
    message:
      'There is no project {name}, or it is not shown to you. It appears with its first report: seaworthy report push --url <server>.',
    httpStatus: 404,
    stack: false,
  },
  PROJECT_NOT_OWNED: {
    message: '{account} does not own the project {name}. An owner of it, or an admin, can say who may see and send.',
    httpStatus: 403,
    stack: false,
  },
  REPORT_NOT_ALLOWED: {
    message:
      'The project {name} takes no reports from you. Ask one of its owners, or an admin if it has none, or give yours another name.',
    httpStatus: 403,
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
  ARCHIVES_UNREADABLE: {
    message:
      'The folder {folder} cannot be used for archives and keys: {reason}. Check its permissions and free space.',
    exitCode: 74,
  },
  ARCHIVE_MISSING: {
    message:
      'The archive {sha256} cannot be read: {reason}. Restore it from a backup, or unpublish the versions that need it.',
    httpStatus: 500,
  },
  STORAGE_UNUSABLE: {
    message:
      'The bucket {address} cannot be used for archives: {reason}. Check SEAWORTHY_STORAGE_URL and the settings beside it, and that the key may list, read, write and delete there.',
    exitCode: 69,
    stack: false,
  },
  STORAGE_NEEDED: {
    message:
      '{archives} archives are in a bucket, and none is given. Set SEAWORTHY_STORAGE_URL to the one that the other servers have.',
    exitCode: 78,
    stack: false,
  },
  STORAGE_UNAVAILABLE: {
    message: 'The storage of archives cannot answer at the moment ({reason}). Nothing was changed; try again.',
    httpStatus: 503,
    retryable: true,
    expose: true,
  },
  STORAGE_REFUSED: {
    message:
      'The storage of archives refuses this server ({reason}). Nothing was changed; whoever runs it has to check the key and what it may do.',
    httpStatus: 503,
    expose: true,
  },
  LOGIN_FAILED: {
    message: 'The name or the password is wrong. Check both; with registration open, "npm adduser" makes an account.',
    httpStatus: 401,
    stack: false,
  },
  TOO_MANY_LOGINS: {
    message: 'Too many attempts to log in. Wait {seconds} seconds and try again.',
    httpStatus: 429,
    stack: false,
  },
  REGISTRATION_CLOSED: {
    message: 'This server makes no accounts by itself. Ask whoever runs it for one.',
    httpStatus: 403,
    stack: false,
  },
  ACCOUNT_EXISTS: {
    message: 'The name {name} is taken. Choose another one.',
    httpStatus: 409,
    stack: false,
  },
  ACCOUNT_INVALID: {
    message: 'The account cannot be made: {reason}. Correct it and send it again.',
    httpStatus: 422,
    stack: false,
  },
  ACCOUNT_DISABLED: {
    message: 'The account {name} is disabled. An admin of this server can enable it.',
    httpStatus: 403,
    stack: false,
  },
  ACCOUNT_STAYS: {
    message: 'The account {name} stays as it is: {reason}.',
    httpStatus: 409,
    stack: false,
  },
  AUDIT_UNREADABLE: {
    message: 'The audit log {path} cannot be read: {reason}. "seaworthy logs verify" reads it where the server runs.',
    httpStatus: 500,
  },
  LAST_ADMIN: {
    message: 'The account {name} stays as it is: no other admin may sign in. Make somebody else an admin first.',
    httpStatus: 409,
    stack: false,
  },
  PASSWORD_WRONG: {
    message: 'The password that you have is another one. Nothing was changed; who has forgotten it asks an admin.',
    httpStatus: 403,
    stack: false,
  },
  PASSWORD_REFUSED: {
    message: 'The new password cannot be used: {reason}. Choose another one.',
    httpStatus: 422,
    stack: false,
  },
  PASSWORD_ELSEWHERE: {
    message:
      'The account {name} has no password here: it signs in with a provider or a directory. Change the password there.',
    httpStatus: 409,
    stack: false,
  },
  RESET_OVER: {
    message:
      'This code sets no password: it was used, is older than a day, or another one was made. Ask an admin for a new one.',
    httpStatus: 404,
    stack: false,
  },
  PROFILE_REFUSED: {
    message: 'The profile stays as it is: {reason}.',
    httpStatus: 422,
    stack: false,
  },
  SECOND_FACTOR_NEEDED: {
    message:
      'This needs a one-time password of your authenticator, or a recovery code. Send it with --otp=<code>, or as the header npm-otp.',
    httpStatus: 401,
    stack: false,
  },
  SECOND_FACTOR_WRONG: {
    message:
      'The one-time password is wrong, over, or was used before. Wait for the next one of your authenticator, or send a recovery code.',
    httpStatus: 401,
    stack: false,
  },
  SECOND_FACTOR_STAYS: {
    message: 'The second factor of {name} stays as it is: {reason}.',
    httpStatus: 409,
    stack: false,
  },
  ACCOUNT_UNKNOWN: {
    message: 'There is no account {name}. Check the name; "npm adduser" makes one.',
    httpStatus: 404,
    stack: false,
  },
  TOKEN_REFUSED: {
    message: 'The token cannot be made: {reason}. Correct it and send it again.',
    httpStatus: 422,
    stack: false,
  },
  TOKEN_UNKNOWN: {
    message: 'You have no token {key}. "npm token list" shows those that you have.',
    httpStatus: 404,
    stack: false,
  },
  TOKEN_ONLY_READS: {
    message: 'This token may only read. Make one that may publish: npm token create.',
    httpStatus: 403,
    stack: false,
  },
  TOKEN_FOR_REPORTS: {
    message: 'This token is for reports, and for nothing else. Make another one at /account.',
    httpStatus: 403,
    stack: false,
  },
  ROLE_NEEDED: {
    message: 'The account {account} is a {role}, and this needs a {needed}. An admin of this server gives roles.',
    httpStatus: 403,
    stack: false,
  },
  FORM_REFUSED: {
    message: 'The form was not accepted: {reason}. Open its page again, and send it from there.',
    httpStatus: 403,
    stack: false,
  },
  NPM_LOGIN_OVER: {
    message: 'This login of npm is over: it was decided, or nobody did within five minutes. Start it again: npm login.',
    httpStatus: 404,
    stack: false,
  },
  IDENTITY_REFUSED: {
    message: 'Signing in did not work: {reason}. Try again from the start, or ask whoever runs the server.',
    httpStatus: 403,
    stack: false,
  },
  IDENTITY_NAME_TAKEN: {
    message:
      'There is an account {name} already, which was not made by signing in so. If it is yours, sign in to it as before and link the two at /account.',
    httpStatus: 409,
    stack: false,
  },
  IDENTITY_UNAVAILABLE: {
    message:
      '{provider} cannot say who you are at the moment ({reason}). Try again; if it stays so, check its settings.',
    httpStatus: 503,
    retryable: true,
    expose: true,
  },
  TOO_MANY_REQUESTS: {
    message: 'Too many requests. Wait {seconds} seconds and try again.',
    httpStatus: 429,
    stack: false,
  },
  INPUT_REFUSED: {
    message: 'The request cannot be used: {reason}. Correct it and send it again.',
    httpStatus: 422,
    stack: false,
  },
  CATEGORY_UNKNOWN: {
    message: 'There is no category {id}. GET /api/v1/categories lists those that there are.',
    httpStatus: 404,
    stack: false,
  },
  REVIEW_UNKNOWN: {
    message: 'There is no review {id}.',
    httpStatus: 404,
    stack: false,
  },
  REVIEW_OF_OWN: {
    message: '{account} owns the package {name}, and owners do not review their own packages.',
    httpStatus: 403,
    stack: false,
  },
  NAMESPACE_UNKNOWN: {
    message: 'Nobody has claimed the namespace {name}. A publisher claims it: PUT /api/v1/namespaces/{name}.',
    httpStatus: 404,
    stack: false,
  },
  NAMESPACE_TAKEN: {
    message: 'The namespace {name} belongs to others. One of its owners can add you to it.',
    httpStatus: 403,
    stack: false,
  },
  KEY_UNKNOWN: {
    message: 'You have no publisher key {id} that is in use. GET /api/v1/keys lists those that you have.',
    httpStatus: 404,
    stack: false,
  },
  CERTIFICATION_UNKNOWN: {
    message: 'There is no certification {id}.',
    httpStatus: 404,
    stack: false,
  },
  CERTIFICATION_STATE: {
    message: 'Certification {id} is {state}, so it cannot become {wanted}. Read it again.',
    httpStatus: 409,
    stack: false,
  },
  CERTIFICATION_OPEN: {
    message: '{name}@{version} is in certification {id}, which is {state}. Wait for it, or withdraw it.',
    httpStatus: 409,
    stack: false,
  },
  PACKAGE_UNKNOWN: {
    message: 'There is no package {name}. Check the name; a restricted one is shown to its owners only.',
    httpStatus: 404,
    stack: false,
  },
  VERSION_UNKNOWN: {
    message: 'The package {name} has no version or tag {version}. "npm view {name} versions" lists what it has.',
    httpStatus: 404,
    stack: false,
  },
  NOT_AN_OWNER: {
    message: '{account} does not own the package {name}. An owner can add others: npm owner add.',
    httpStatus: 403,
    stack: false,
  },
  LAST_OWNER: {
    message: '{name} would have no owner. Leave at least one.',
    httpStatus: 409,
    stack: false,
  },
  VERSION_EXISTS: {
    message:
      '{name}@{version} was published before, and a version never changes, not even after it was unpublished. Publish another version.',
    httpStatus: 409,
    stack: false,
  },
  STALE_REVISION: {
    message: 'The package {name} has changed since it was read. Run the command again.',
    httpStatus: 409,
    stack: false,
  },
  TAG_REFUSED: {
    message: 'The tag {tag} of {name} cannot be changed: {reason}.',
    httpStatus: 422,
    stack: false,
  },
  NAME_REFUSED: {
    message: 'The package name {name} cannot be used: {reason}. Choose another one.',
    httpStatus: 422,
    stack: false,
  },
  PUBLISH_REFUSED: {
    message: 'The package cannot be published: {reason}. Correct it and publish again.',
    httpStatus: 422,
    stack: false,
  },
  ARCHIVE_REFUSED: {
    message: 'The archive cannot be kept: {reason}. Make it with "npm pack" and publish it again.',
    httpStatus: 422,
    stack: false,
  },
  ARCHIVE_TOO_LARGE: {
    message:
      'The archive is larger than {limitBytes} bytes. Leave files out, or raise SEAWORTHY_REGISTRY_ARCHIVE_LIMIT_BYTES.',
    httpStatus: 413,
    stack: false,
  },
  DOCUMENT_TOO_LARGE: {
    message:
      'The document beside the archive is larger than {limitBytes} bytes. Shorten the readme, or raise SEAWORTHY_BODY_LIMIT_BYTES.',
    httpStatus: 413,
    stack: false,
  },
  FLAGS_ADMIN_ONLY: {
    message:
      '{account} may not change flags. Ask an admin of this server, or whoever runs it, for the role flag-admin.',
    httpStatus: 403,
    stack: false,
  },
  FLAGS_REFUSED: {
    message: 'The flags stay as they are: {reason}. Correct them and send them again.',
    httpStatus: 422,
    stack: false,
  },
  FLAGS_STALE: {
    message: 'The flags are at version {current}, and {asked} was expected. Read them again, and repeat the change.',
    httpStatus: 409,
    stack: false,
  },
  FLAG_UNKNOWN: {
    message: 'There is no flag {key}. GET /api/v1/flags lists those that there are.',
    httpStatus: 404,
    stack: false,
  },
  FLAGS_VERSION_UNKNOWN: {
    message: 'The flags have no version {version}. GET /api/v1/flags/history lists those that they have.',
    httpStatus: 404,
    stack: false,
  },
  SUBJECT_UNKNOWN: {
    message:
      'There is no subject {subject}. It appears when a schema is registered: POST /schema-registry/subjects/…/versions.',
    httpStatus: 404,
    stack: false,
  },
  UPGRADE_REQUIRED: {
    message: 'Only WebSockets are spoken at {path}. Connect with a WebSocket client.',
    httpStatus: 426,
    stack: false,
  },
  ORIGIN_REFUSED: {
    message:
      'A page of {origin} may not listen here. Open the page of this server, or set SEAWORTHY_WEB_URL to its address.',
    httpStatus: 403,
    stack: false,
  },
  LISTENERS_FULL: {
    message: 'This server has {limit} listeners and takes no more. Try again later, or raise SEAWORTHY_LIVE_LISTENERS.',
    httpStatus: 503,
    retryable: true,
    expose: true,
    stack: false,
  },
  LISTENERS_OF_ADDRESS: {
    message:
      'Your address has {limit} listeners and gets no more. Close some, or raise SEAWORTHY_LIVE_LISTENERS_PER_ADDRESS.',
    httpStatus: 429,
    stack: false,
  },
  STREAMS_FULL: {
    message:
      'This server has {limit} event streams of flags and takes no more. Try again later, or raise SEAWORTHY_OFREP_STREAMS.',
    httpStatus: 503,
    retryable: true,
    expose: true,
    stack: false,
  },
  STREAMS_OF_ADDRESS: {
    message:
      'Your address has {limit} event streams of flags and gets no more. Close some, or raise SEAWORTHY_OFREP_STREAMS_PER_ADDRESS.',
    httpStatus: 429,
    stack: false,
  },
  INTERNAL: {
    message: 'The server failed while it answered {method} {path}.',
    httpStatus: 500,
  },
  PAYMENT_REQUIRED: {
    message: '{name}@{version} has to be paid for: {reason}. Its terms: {terms}',
    httpStatus: 402,
    stack: false,
  },
  NOT_AN_ISSUER: {
    message: '{account} sells no entitlements to {name}. Ask one of its owners, or an owner of its namespace.',
    httpStatus: 403,
    stack: false,
  },
  ENTITLEMENT_UNKNOWN: {
    message: 'You have no entitlement {id}. GET /api/v1/entitlements lists those that you have.',
    httpStatus: 404,
    stack: false,
  },
  ENTITLEMENT_REFUSED: {
    message: 'The entitlement stays as it is: {reason}. Correct it and send it again.',
    httpStatus: 422,
    stack: false,
  },
  REFERENCE_TAKEN: {
    message: 'Another entitlement to {name} has the reference {reference}. Give this one a reference of its own.',
    httpStatus: 409,
    stack: false,
  },
  ENTITLEMENT_NOT_IN_FORCE: {
    message: 'The entitlement {id} {reason}. Ask its issuer for another one.',
    httpStatus: 409,
    stack: false,
  },
  SEATS_TAKEN: {
    message: 'All seats of the entitlement {id} are taken. Release one of them, or ask its issuer for more.',
    httpStatus: 409,
    stack: false,
  },
  SEAT_UNKNOWN: {
    message:
      'You have no seat {seat} of the entitlement {id}. GET /api/v1/entitlements/{id} lists those that are taken.',
    httpStatus: 404,
    stack: false,
  },
  SEAT_TOKENS: {
    message:
      'The seat {seat} of the entitlement {id} has {limit} tokens that are good. Use one of them, or release the seat.',
    httpStatus: 409,
    stack: false,
  },
  NOT_STARTED: { message: '{name} is used before it has started. Declare it in "after".', exitCode: 70 },
} as const;

/** Every error that the server can raise, by code `seaworthy.server.<PROBLEM>`. */
export const ServerErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.server', definitions);
