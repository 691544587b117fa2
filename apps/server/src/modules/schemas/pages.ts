import { html, type Html } from '../web/html.ts';
import { page, scrolling } from '../web/layout.ts';
import type { ServedSubject, ServedVersion } from './served.ts';

export function schemasPage(subjects: readonly ServedSubject[]): Html {
  return page({
    title: 'Schemas',
    path: [{ label: 'Schemas' }],
    body: html`<h1>Schemas</h1>
      ${
        subjects.length === 0
          ? html`<p>
              None yet. Clients of a schema registry find it under <code>/schema-registry</code>, with a token of an
              account.
            </p>`
          : scrolling('Schemas', subjectTable(subjects))
      }`,
  });
}

function subjectTable(subjects: readonly ServedSubject[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Subject</th>
        <th scope="col" class="number">Versions</th>
        <th scope="col" class="number">Newest</th>
      </tr>
    </thead>
    <tbody>
      ${subjects.map(
        ({ name, versions }) =>
          html`<tr>
            <th scope="row"><a href="/schemas/${encodeURIComponent(name)}">${name}</a></th>
            <td class="number">${versions.length}</td>
            <td class="number">${versions.at(-1)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export function subjectPage(subject: string, versions: readonly ServedVersion[]): Html {
  return page({
    title: subject,
    path: [{ label: 'Schemas', href: '/schemas' }, { label: subject }],
    body: html`<h1>${subject}</h1>
      ${versions.map(
        ({ version, id, schema }) =>
          html`<h2>Version ${version} <small>id ${id}</small></h2>
            <pre tabindex="0"><code>${indented(schema)}</code></pre>`,
      )}`,
  });
}

function indented(schema: string): string {
  return JSON.stringify(JSON.parse(schema), null, 2);
}
