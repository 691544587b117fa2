import type { SeaworthyError } from '@seaworthy/errors';
import type { FastifyReply } from 'fastify';
import { ServerErrors } from '../../errors.ts';

const shown = [
  ServerErrors.LOGIN_FAILED,
  ServerErrors.TOO_MANY_LOGINS,
  ServerErrors.ACCOUNT_EXISTS,
  ServerErrors.ACCOUNT_INVALID,
  ServerErrors.ACCOUNT_DISABLED,
  ServerErrors.IDENTITY_NAME_TAKEN,
  ServerErrors.IDENTITY_UNAVAILABLE,
  ServerErrors.PASSWORD_WRONG,
  ServerErrors.PASSWORD_REFUSED,
  ServerErrors.PASSWORD_ELSEWHERE,
  ServerErrors.SECOND_FACTOR_NEEDED,
  ServerErrors.SECOND_FACTOR_WRONG,
  ServerErrors.SECOND_FACTOR_STAYS,
];

/** What a person can correct is told on the page of the form; anything else is thrown on. */
export function shownTo(error: unknown): string {
  if (shown.some((each) => each.is(error))) return (error as SeaworthyError).message;
  throw error;
}

export function answerTo(error: unknown, reply: FastifyReply): FastifyReply {
  if (ServerErrors.TOO_MANY_LOGINS.is(error)) void reply.header('retry-after', String(error.params.seconds));
  return reply.code((error as Partial<SeaworthyError>).meta?.httpStatus ?? 500);
}
