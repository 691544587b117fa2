import { contributionPoint, type ContributionPoint } from '@seaworthy/plugins';
import type { FastifyInstance } from 'fastify';
import type { AnyOperation } from './operations.ts';
import type { ProblemExtension, ProblemRenderer } from './problems.ts';
import type { QuickResponder } from './quick.ts';

/** A module's part of the HTTP face. */
export interface HttpModule {
  readonly register: (app: FastifyInstance) => void | PromiseLike<void>;
  /** What it serves to programs, for the document of the API; asked when its routes are there. @default nothing */
  readonly operations?: () => readonly AnyOperation[];
  /** How problems look to a browser. At most one module gives it. */
  readonly renderProblem?: ProblemRenderer;
  /** Members that a problem document has at the module's addresses, beside the usual ones. */
  readonly addToProblem?: ProblemExtension;
  /** Answers from memory what is asked for most; the module's routes answer everything. */
  readonly quick?: QuickResponder;
}

export const httpModules: ContributionPoint<HttpModule> = contributionPoint('seaworthy.server.http');
