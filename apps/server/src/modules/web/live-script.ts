/**
 * What the pages do with scripts on: the start page brings its rows up to date, the page of a project says that there is a new
 * report. Values are set as text, never as markup.
 */
export const liveScript = `'use strict';
(() => {
  const status = document.getElementById('live');
  if (status === null || !('WebSocket' in window)) return;
  const project = status.dataset.project;
  const address = new URL('/api/v1/live', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (project !== undefined) address.searchParams.set('project', project);
  let failures = 0;
  let hasListened = false;

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const say = (text, action) => status.replaceChildren(text + ' ', element('a', { href: location.href }, action));
  const meter = (name, score) => {
    if (score === null) return element('span', { class: 'none' }, 'not rated');
    const grade = score >= 85 ? 'good' : score >= 60 ? 'fair' : 'poor';
    const range = { min: 0, max: 100, low: 60, high: 85, optimum: 100, value: score, 'aria-label': 'Score of ' + name };
    return element('span', { class: 'meter ' + grade }, element('meter', range), element('strong', {}, String(score)));
  };
  const update = (report) => {
    const row = [...document.querySelectorAll('tr[data-project]')].find((each) => each.dataset.project === report.project);
    if (row === undefined) {
      say('A report of ' + report.project + ' has arrived.', 'Show it');
      return;
    }
    const cell = (name) => row.querySelector('[data-cell="' + name + '"]');
    const time = cell('newest').querySelector('time');
    if (time.dateTime >= report.receivedAt) return;
    cell('score').replaceChildren(meter(report.project, report.overall));
    cell('errors').textContent = report.errors;
    cell('warnings').textContent = report.warnings;
    cell('reports').textContent = Number(cell('reports').textContent) + 1;
    const shown = report.receivedAt.slice(0, 16).replace('T', ' ') + ' UTC';
    const link = element('a', { href: '/reports/' + encodeURIComponent(report.id) });
    link.append(element('time', { datetime: report.receivedAt }, shown));
    cell('newest').replaceChildren(link);
    status.textContent = 'New report of ' + report.project + '.';
  };
  const hear = ({ data }) => {
    const message = JSON.parse(data);
    if (message.version !== 1) return;
    if (message.type === 'missed') say('Reports may have arrived.', 'Show them');
    else if (project === undefined) update(message.report);
    else say('A new report has arrived.', 'Show it');
  };
  const listen = () => {
    const socket = new WebSocket(address);
    socket.onmessage = hear;
    socket.onopen = () => {
      failures = 0;
      if (hasListened) say('The connection was interrupted; reports may have arrived.', 'Show them');
      hasListened = true;
      status.dataset.state = 'listening';
    };
    // Each waits for a time of its own: after a restart not all come back at once.
    socket.onclose = () => {
      status.dataset.state = 'waiting';
      setTimeout(listen, Math.min(60000, 1000 * 2 ** failures++) * (0.5 + Math.random()));
    };
  };
  listen();
})();
`;
