import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prometheus, promtool, skipWithout, startPrometheus, type PrometheusServer } from '@seaworthy/test-services';
import { expect, test } from 'vitest';
import { startBusyService } from '../support/busy-service.ts';

const assets = join(import.meta.dirname, '../../assets');
const ruleFiles = globSync('rules/*.yml', { cwd: assets }).map((file) => join(assets, file));
const ruleTests = globSync('*.test.yml', { cwd: join(import.meta.dirname, '../rules') });

interface Target {
  readonly refId: string;
  readonly expr: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly Target[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const dashboards = globSync('dashboards/*.json', { cwd: assets }).map(
  (file) => JSON.parse(readFileSync(join(assets, file), 'utf8')) as Dashboard,
);

const expressions: readonly Expression[] = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
);

interface Expression {
  readonly where: string;
  readonly expr: string;
}

/** What Grafana puts in for its variables. */
const filled = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '15s').replaceAll(/\$(?:job|instance)\b/g, '.+');

for (const file of ruleFiles) {
  test(`promtool accepts the rules of ${basename(file)}`, (context) => {
    const { status, stderr } = spawnSync(skipWithout(context, promtool), ['check', 'rules', '--lint-fatal', file]);
    expect([status, stderr.toString()]).toEqual([0, '']);
  });
}

for (const file of ruleTests) {
  test(`the alerts hold in ${file}`, (context) => {
    const cwd = join(import.meta.dirname, '../rules');
    const { status, stdout } = spawnSync(skipWithout(context, promtool), ['test', 'rules', file], { cwd });
    expect(stdout.toString()).not.toContain('FAILED');
    expect(status).toBe(0);
  });
}

test('every alert has a test, a severity and words for who is woken', () => {
  const tested = ruleTests.map((file) => readFileSync(join(import.meta.dirname, '../rules', file), 'utf8')).join('');
  for (const file of ruleFiles) {
    const alerts = readFileSync(file, 'utf8').split(/^ {6}- (?=alert|record)/m);
    for (const alert of alerts.filter((text) => text.startsWith('alert:'))) {
      const [, name] = /^alert: (\w+)$/m.exec(alert) ?? [];
      expect(tested).toContain(`alertname: ${name ?? '?'}\n        exp_alerts`);
      expect(alert).toMatch(/severity: (?:page|ticket|info)\b[^]*summary: .+[^]*description: .+/);
    }
  }
});

test('panels explain themselves, fit into the grid and have numbers of their own', () => {
  for (const { panels } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos }) => gridPos.x + gridPos.w > 24)).toEqual([]);
    const shown = panels.filter(({ type }) => type !== 'row');
    expect(shown.filter(({ description }) => description?.endsWith('.') !== true)).toEqual([]);
    expect(shown.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  }
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(3);
});

test('after a load every expression of a dashboard gives a number, and every metric of a rule exists', async (context) => {
  const location = skipWithout(context, prometheus);
  await using service = await startBusyService();
  await service.work();
  await using server = await startPrometheus(location, { target: service.target, ruleFiles });
  // A rate needs two scrapes with something between them; how long that takes is the machine's affair.
  const deadline = performance.now() + 60_000;
  let empty: readonly Expression[] = expressions;
  while (empty.length > 0 && performance.now() < deadline) {
    await service.work();
    await sleep(300);
    empty = await withoutNumber(server, empty);
  }
  expect(expressions.length).toBeGreaterThan(50);
  expect(empty).toEqual([]);
  expect(await unknownMetrics(server)).toEqual([]);
  expect(await brokenRules(server)).toEqual([]);
}, 150_000);

test('promtool accepts the page after a load of every instrument', async (context) => {
  const location = skipWithout(context, promtool);
  await using service = await startBusyService();
  await service.work();
  const { body } = await service.telemetry.render();
  const { status, stdout, stderr } = spawnSync(location, ['check', 'metrics'], { input: body });
  expect(`${stdout.toString()}${stderr.toString()}`).toBe('');
  expect(status).toBe(0);
});

async function withoutNumber(server: PrometheusServer, asked: readonly Expression[]): Promise<readonly Expression[]> {
  const empty: Expression[] = [];
  for (const each of asked) {
    const answers = await server.query(filled(each.expr));
    if (!answers.some(({ value }) => Number.isFinite(value))) empty.push(each);
  }
  return empty;
}

interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

async function rulesOf(server: PrometheusServer): Promise<readonly Rule[]> {
  const { groups } = (await server.get('rules')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Metrics of the rules that nobody has; what only a container with limits has is excepted. */
async function unknownMetrics(server: PrometheusServer): Promise<readonly string[]> {
  const known = new Set((await server.get('label/__name__/values')) as string[]);
  const bare = (await rulesOf(server)).map(({ query }) =>
    query.replaceAll(/\b(?:by|on|group_left)\s*\([^)]*\)/g, '').replaceAll(/\{[^}]*\}/g, ''),
  );
  const named = bare.join('\n').matchAll(/(?<![\w:])[a-z][a-z\d]*_\w+(?![\w:(])/g);
  const metrics = [...new Set([...named].map(([name]) => name))];
  expect(metrics.length).toBeGreaterThan(15);
  return metrics.filter((name) => !known.has(name) && !name.startsWith('container_'));
}

async function brokenRules(server: PrometheusServer): Promise<readonly string[]> {
  const rules = await rulesOf(server);
  expect(rules.length).toBeGreaterThan(30);
  return rules.filter(({ health }) => health === 'err').map(({ name, lastError }) => `${name}: ${lastError ?? ''}`);
}
