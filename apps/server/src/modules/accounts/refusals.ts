import { isSeaworthyError } from '@seaworthy/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { pathOf } from '../../http/problems.ts';
import type { AuditTrail } from './service.ts';

/** Writes down what was not allowed to change anything, or not possible. */
export function auditRefusals(app: FastifyInstance, audit: AuditTrail): void {
  app.setErrorHandler(async (error: unknown, request) => {
    await auditRefusal(audit, error, request);
    throw error;
  });
}

async function auditRefusal(audit: AuditTrail, error: unknown, request: FastifyRequest): Promise<void> {
  const { method, ip: address, id: requestId } = request;
  // Who asks too often fills no disk.
  const isWritten = isSeaworthyError(error) && !ServerErrors.TOO_MANY_REQUESTS.is(error);
  if (method === 'GET' || method === 'HEAD' || !isWritten) return;
  const path = pathOf(request.url).slice(0, 300);
  await audit.record('refused', { code: error.code, reason: error.message, method, path, address, requestId });
}
