import { z } from 'zod';
import type { AnyOperation } from '../../http/operations.ts';
import { reportV1 } from './contract.ts';

export const projectParams = z.object({
  name: z.string().describe('Percent-encoded in an address: `%40shop%2Forders`.'),
});
const reportId = z.object({ id: z.string() });
const when = z.iso.datetime().describe('In UTC, by ISO 8601.');

/** A report in a list. */
export const storedReport = z.object({
  id: z.string(),
  project: z.string(),
  receivedAt: when,
  sentBy: z.string().describe('The User-Agent of who sent it.'),
  overall: z.number().int().nullable(),
  errors: z.number().int(),
  warnings: z.number().int(),
  infos: z.number().int(),
});
const received = z.object({ id: z.string(), url: z.string().describe('Its page.'), project: z.string() });
const projects = z.array(z.object({ name: z.string(), reports: z.number().int(), latest: storedReport }));

const common = { tag: 'Reports', usual: ['STORE_UNAVAILABLE'] } as const;

/** The reports, as the document of the API has them. */
export const reportOperations: readonly AnyOperation[] = [
  {
    ...common,
    method: 'POST',
    path: '/api/v1/reports',
    id: 'pushReport',
    summary:
      'Sends a report. One that is the newest of its project already is answered with 200. The first one by an account makes it the owner.',
    by: 'asker',
    token: ['token', 'pushToken'],
    body: reportV1,
    answer: received,
    status: 201,
    errors: [
      'NOT_A_REPORT',
      'REPORT_NOT_ALLOWED',
      'ROLE_NEEDED',
      'TOKEN_ONLY_READS',
      'UNAUTHORIZED',
      'TOO_MANY_REQUESTS',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    foreign: { statuses: [200], answer: received },
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/projects',
    id: 'listProjects',
    summary: 'All projects that the asker may see, with their newest report.',
    by: 'asker',
    errors: ['UNAUTHORIZED'],
    answer: z.object({ projects }),
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/projects/{name}/reports',
    id: 'listReports',
    summary: 'The reports of a project, newest first, at most 100.',
    by: 'asker',
    params: projectParams,
    answer: z.object({ project: z.string(), reports: z.array(storedReport) }),
    errors: ['PROJECT_UNKNOWN', 'UNAUTHORIZED'],
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/reports/{id}',
    id: 'getReport',
    summary: 'A report, byte for byte as it came.',
    by: 'asker',
    params: reportId,
    answer: reportV1,
    errors: ['REPORT_UNKNOWN', 'UNAUTHORIZED'],
  },
];
