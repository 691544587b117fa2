/** The script of the page. It writes text, never markup, so that no value can become a part of the page. */
export const script = `'use strict';
(function () {
  var token = '';
  var current = 'health';
  var asked = 0;
  var byId = function (id) { return document.getElementById(id); };

  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (key.indexOf('on') === 0) node.addEventListener(key.slice(2), attributes[key]);
      else node.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) {
      node.append(child instanceof Node ? child : String(child));
    });
    return node;
  }

  function say(text) { byId('message').textContent = text; }

  function ask(path, options) {
    var headers = Object.assign({}, options && options.headers);
    if (token) headers.authorization = 'Bearer ' + token;
    return fetch(path, Object.assign({}, options, { headers: headers, cache: 'no-store' }));
  }

  async function read(path) {
    var response = await ask(path, { headers: { accept: 'application/json' } });
    var text = await response.text();
    var type = response.headers.get('content-type') || '';
    var value = type.indexOf('json') >= 0 && text ? JSON.parse(text) : text;
    // Health that is down is an answer and no failure.
    var isProblem = !response.ok && !(value && value.status && value.components);
    if (isProblem && !(path.indexOf('/health') === 0 && response.status === 503)) throw problem(response, value);
    return value;
  }

  function problem(response, value) {
    var hint = response.status === 401 ? ' Enter it above.' : '';
    return new Error(((value && value.detail) || response.status + ' ' + response.statusText) + hint);
  }

  async function attempt(work) {
    try { return await work(); } catch (error) { say(error.message); return undefined; }
  }

  function isObject(value) { return typeof value === 'object' && value !== null; }

  function shown(value) {
    if (!isObject(value)) return el('code', {}, [String(value)]);
    if (Object.keys(value).length === 0) return el('code', {}, [Array.isArray(value) ? '[]' : '{}']);
    return el('pre', {}, [JSON.stringify(value, null, 2)]);
  }

  function table(caption, heads, rows) {
    var head = el('tr', {}, heads.map(function (text) { return el('th', { scope: 'col' }, [text]); }));
    var body = rows.map(function (cells) {
      return el('tr', {}, cells.map(function (cell, index) {
        return index === 0 ? el('th', { scope: 'row' }, [cell]) : el('td', {}, [cell]);
      }));
    });
    var made = el('table', {}, [el('caption', {}, [caption]), el('thead', {}, [head]), el('tbody', {}, body)]);
    return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, [made]);
  }

  function fields(caption, value) {
    return table(caption, ['Name', 'Value'], Object.keys(value).map(function (key) { return [key, shown(value[key])]; }));
  }

  function list(caption, rows) {
    if (rows.length === 0) return el('p', {}, ['There are none.']);
    var heads = [];
    rows.forEach(function (row) {
      Object.keys(row).forEach(function (key) { if (heads.indexOf(key) < 0) heads.push(key); });
    });
    return table(caption, heads, rows.map(function (row) {
      return heads.map(function (key) { return row[key] === undefined ? '' : shown(row[key]); });
    }));
  }

  function named(map, key) {
    return Object.keys(map).map(function (name) {
      var row = {};
      row[key] = name;
      return Object.assign(row, map[name]);
    });
  }

  function badge(status) { return el('strong', { class: status }, [status]); }

  function health(value) {
    var parts = value.components || {};
    var rows = Object.keys(parts).map(function (name) {
      return [name, badge(parts[name].status), shown(parts[name].details || {})];
    });
    var nodes = [el('p', {}, ['Status: ', badge(value.status)])];
    if (rows.length > 0) nodes.push(table('Checks', ['Check', 'Status', 'Details'], rows));
    if (value.details) nodes.push(fields('Process', value.details));
    return nodes;
  }

  function loggers(value) {
    var rows = Object.keys(value.loggers).map(function (name) {
      var own = value.loggers[name];
      var levels = [''].concat(value.levels);
      var select = el('select', { 'aria-label': 'Level of ' + name, onchange: function () { setLevel(name, select); } },
        levels.map(function (level) { return el('option', { value: level }, [level || '(inherited)']); }));
      select.value = own.configuredLevel || '';
      return [name, own.effectiveLevel, select];
    });
    var minutes = el('input', { id: 'minutes', type: 'number', min: '0', max: '35000', value: '10' });
    return [
      el('p', { class: 'actions' }, [el('label', { for: 'minutes' }, ['Minutes until a change is undone (0: never)']), minutes]),
      table('Loggers', ['Logger', 'In force', 'Configured'], rows),
    ];
  }

  async function setLevel(name, select) {
    var minutes = Number(byId('minutes').value);
    var body = { configuredLevel: select.value || null };
    if (minutes > 0) body.ttlMs = Math.round(minutes * 60000);
    await attempt(async function () {
      var response = await post('/loggers/' + encodeURIComponent(name), body);
      say(response.ok ? 'The level of ' + name + ' is changed.' : '');
    });
    await show('loggers', true);
  }

  async function post(path, body) {
    var response = await ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw problem(response, await response.json().catch(function () { return undefined; }));
    return response;
  }

  function diagnostics() {
    var output = el('div', { id: 'output' }, []);
    var into = function (path, render) {
      return function () {
        attempt(async function () {
          say('');
          var value = await read(path);
          output.replaceChildren.apply(output, render(value));
        });
      };
    };
    var seconds = el('input', { id: 'seconds', type: 'number', min: '1', max: '60', value: '5' });
    return [
      el('p', { class: 'actions' }, [
        el('button', { type: 'button', onclick: into('/diagnostics/stack', stack) }, ['Show the stack']),
        el('button', { type: 'button', onclick: into('/diagnostics/eventloop', eventLoop) }, ['Show the event loop']),
        el('button', { type: 'button', onclick: into('/diagnostics/handles', handles) }, ['Show what is open']),
      ]),
      el('p', { class: 'actions' }, [
        el('label', { for: 'seconds' }, ['Seconds']),
        seconds,
        el('button', { type: 'button', onclick: function (event) {
          save(event.currentTarget, '/diagnostics/cpu?durationMs=' + Number(seconds.value) * 1000, 'profile.cpuprofile');
        } }, ['Save a CPU profile']),
        el('button', { type: 'button', onclick: function (event) {
          save(event.currentTarget, '/diagnostics/heap', 'heap.heapsnapshot');
        } }, ['Save a heap snapshot']),
      ]),
      output,
    ];
  }

  function stack(value) {
    var nodes = [];
    value.threads.forEach(function (thread) {
      nodes.push(el('p', {}, [thread.threadName + ': ', el('strong', {}, [thread.threadState])]));
      nodes.push(list('Stack, innermost first', thread.stackTrace.map(function (frame) {
        return { 'function': frame.methodName, place: frame.fileName + ':' + frame.lineNumber + ':' + frame.columnNumber };
      })));
    });
    return nodes;
  }

  function eventLoop(value) { return [fields('Event loop', value)]; }

  function handles(value) {
    return [fields('Keeping the process alive', value.resources), list('Open', value.handles)];
  }

  async function save(button, path, fallback) {
    button.disabled = true;
    say('This takes a moment.');
    await attempt(async function () {
      var response = await ask(path);
      if (!response.ok) throw problem(response, await response.json().catch(function () { return undefined; }));
      var found = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') || '');
      var link = el('a', { download: found ? found[1] : fallback, href: URL.createObjectURL(await response.blob()) }, []);
      link.click();
      // The browser reads it after this turn.
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
      say('Saved as ' + link.download + '.');
    });
    button.disabled = false;
  }

  function shutdown() {
    return [
      el('p', {}, ['Stops everything as a signal would. What started it may start it again.']),
      el('button', { type: 'button', onclick: function () {
        if (!confirm('Stop this process?')) return;
        attempt(async function () { say((await (await post('/shutdown', {})).json()).message); });
      } }, ['Stop this process']),
    ];
  }

  var views = {
    health: health,
    ready: health,
    loggers: loggers,
    diagnostics: diagnostics,
    shutdown: shutdown,
    info: function (value) { return [fields('Information', value)]; },
    metrics: function (value) { return [el('pre', {}, [value])]; },
    config: function (value) { return [list('Configuration', named(value.properties, 'key'))]; },
    flags: function (value) { return [list('Flags', named(value.flags, 'key'))]; },
    plugins: function (value) { return [list('Plugins', value.plugins)]; },
    schemas: function (value) { return [list('Schemas', value.schemas)]; },
    circuitbreakers: function (value) { return [list('Circuit breakers', named(value.circuitBreakers, 'name'))]; },
    errors: function (value) {
      return [list('By code', named(value.byCode, 'code')), el('h3', {}, ['Newest']), list('Newest errors', value.recent)];
    },
  };
  var unread = { diagnostics: true, shutdown: true };

  async function show(name, keepMessage) {
    var turn = (asked += 1);
    current = name;
    if (!keepMessage) say('');
    document.querySelectorAll('nav button').forEach(function (button) {
      if (button.dataset.name === name) button.setAttribute('aria-current', 'page');
      else button.removeAttribute('aria-current');
    });
    byId('view-title').textContent = name.charAt(0).toUpperCase() + name.slice(1);
    var value = unread[name] ? {} : await attempt(function () { return read('/' + name); });
    // Another endpoint may have been chosen meanwhile.
    if (turn !== asked) return;
    if (value === undefined) return byId('body').replaceChildren();
    var render = views[name] || function (any) { return [shown(any)]; };
    byId('body').replaceChildren.apply(byId('body'), render(value));
  }

  async function start() {
    byId('host').textContent = location.host;
    await status();
    var found = await attempt(function () { return read('/'); });
    var names = found ? Object.keys(found._links).filter(function (name) {
      return name !== 'self' && name !== 'ready' && /^[^{]*$/.test(found._links[name].href)
        && new URL(found._links[name].href).pathname.split('/').length === 2;
    }) : ['health', 'info'];
    byId('links').replaceChildren.apply(byId('links'), names.map(function (name) {
      var button = el('button', { type: 'button', 'data-name': name, onclick: function () { show(name); } }, [name]);
      return el('li', {}, [button]);
    }));
    await show(names.indexOf(current) < 0 ? 'health' : current, !found);
  }

  async function status() {
    var value = await read('/health').catch(function () { return { status: 'UNKNOWN' }; });
    byId('status').textContent = value.status;
    byId('status').className = value.status;
  }

  byId('token-form').addEventListener('submit', function (event) {
    event.preventDefault();
    token = byId('token').value.trim();
    byId('token').value = '';
    say('');
    start();
  });
  setInterval(status, 10000);
  start();
})();
`;
