import { STATUS_CODES } from 'node:http';
import { operationParameters, operationResponses, tagOf } from '../../http/openapi.ts';
import type { AnyOperation } from '../../http/operations.ts';
import { html, type Html } from '../web/html.ts';
import { page, scrolling } from '../web/layout.ts';

/** The API for people: what the document has, in words. */
export function referencePage(operations: readonly AnyOperation[]): Html {
  const tags = [...new Set(operations.map(tagOf))];
  return page({
    title: 'API',
    path: [{ label: 'API' }],
    body: html`<h1>API</h1>
      <p>
        The same for programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. npm finds the registry under
        <code>/npm</code>. A token comes from <a href="/account">your account</a>, and is sent as
        <code>Authorization: Bearer</code>.
      </p>
      ${tags.map(
        (tag) =>
          html`<h2>${tag}</h2>
            ${operations.filter((operation) => tagOf(operation) === tag).map(operationSection)}`,
      )}`,
  });
}

function namesOf(token: NonNullable<AnyOperation['token']>): string {
  return [token]
    .flat()
    .map((each) => tokens[each])
    .join(', or ');
}

const tokens = {
  token: 'a token of an account',
  pushToken: 'the push token',
  ofrepToken: 'the token for flags',
} as const;

function operationSection(operation: AnyOperation): Html {
  const { id, method, path, summary, by, token = 'token', body } = operation;
  const parameters = operationParameters(operation);
  return html`<section aria-labelledby="${id}">
    <h3 id="${id}"><code>${method} ${path}</code></h3>
    <p>${summary}</p>
    ${by !== undefined && html`<p>${by === 'account' ? 'Needs' : 'May need'} ${namesOf(token)}.</p>`}
    ${parameters.length > 0 && scrolling(`Parameters of ${id}`, parameterTable(parameters))}
    ${body !== undefined && html`<p>Takes a body of JSON.</p>`}
    <dl>
      ${operationResponses(operation).map(
        ({ status, description }) =>
          html`<dt>${status} ${STATUS_CODES[status]}</dt>
            <dd>${description}</dd>`,
      )}
    </dl>
  </section>`;
}

function parameterTable(parameters: ReturnType<typeof operationParameters>): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Parameter</th>
        <th scope="col">In</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${parameters.map(
        ({ name, place, required, description }) =>
          html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>${place}${required && ', always'}</td>
            <td>${description}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
