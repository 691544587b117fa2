import { contributionPoint, type ContributionPoint } from '@seaworthy/plugins';
import type { FastifyInstance } from 'fastify';
import type { ProblemRenderer } from './problems.ts';

/** A module's part of the HTTP face. */
export interface HttpModule {
  readonly register: (app: FastifyInstance) => void;
  /** How problems look to a browser. At most one module gives it. */
  readonly renderProblem?: ProblemRenderer;
}

export const httpModules: ContributionPoint<HttpModule> = contributionPoint('seaworthy.server.http');
