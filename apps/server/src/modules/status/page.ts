import { html, type Html } from '../web/html.ts';
import { page, scrolling, table, time } from '../web/layout.ts';
import type { PartStatus } from './module.ts';

export interface StatusPage {
  readonly status: PartStatus['status'];
  readonly parts: readonly PartStatus[];
}

const sentences: Readonly<Record<PartStatus['status'], string>> = {
  up: 'Everything works.',
  degraded: 'It works, and a part of it is not as it should be.',
  down: 'Something that is needed is away. Reading may work, changes may be refused; try again in some minutes.',
};

/** What a part is to whoever uses the server; one that is not here is called as the checks call it. */
const labels: Readonly<Record<string, string>> = {
  database: 'The database',
  notices: 'News of other servers',
  breakers: 'The ways to the database and others',
  limits: 'The count of requests',
  archives: 'The archives of packages',
  replicas: 'Copies of the database',
};

export function statusPage({ status, parts }: StatusPage): Html {
  return page({
    title: 'Status',
    path: [{ label: 'Status' }],
    body: html`<h1>Status</h1>
      <p role="status" class="${status === 'up' ? '' : 'problem'}">${sentences[status]}</p>
      ${scrolling(
        'Parts',
        table(
          ['Part', 'State', 'Since'],
          parts.map(({ name, status: own, since }) => [
            labels[name] ?? name,
            own === 'up' ? 'works' : own,
            since === null ? '' : time(since),
          ]),
        ),
      )}`,
  });
}
