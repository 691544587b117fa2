import { createPluginHost, inline, type PluginHost } from '@seaworthy/plugins';
import { createResilience } from '@seaworthy/resilience';
import { createFakeClock } from '@seaworthy/resilience/testing';
import { createRegistry } from '@seaworthy/schema-registry';
import { afterEach, expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { httpModules } from '../src/http/module.ts';
import { reportSubject } from '../src/modules/reports/contract.ts';
import { reportsModule } from '../src/modules/reports/module.ts';
import { resilientStore, storePipeline } from '../src/modules/reports/resilient-store.ts';
import { webModule } from '../src/modules/web/module.ts';
import { memoryStore } from './support/memory-store.ts';
import { newReport } from './support/new-report.ts';

let host: PluginHost | undefined;

afterEach(async () => {
  await host?.close();
});

const reports = reportsModule({
  store: memoryStore(),
  registry: createRegistry([reportSubject]),
  pushToken: undefined,
  onReceived: () => undefined,
});
const web = webModule({ isTrendShown: () => true });

test('the modules start in the order of their dependencies, and each brings its routes', async () => {
  host = await createPluginHost({ sources: [inline([web, reports])] });
  await host.start();
  expect(host.status().map(({ id, state }) => [id, state])).toEqual([
    ['reports', 'started'],
    ['web', 'started'],
  ]);
  expect(host.contributions(httpModules).map(({ plugin }) => plugin)).toEqual(['reports', 'web']);
});

test('pages without the reports they show do not start', async () => {
  const lonely = createPluginHost({ sources: [inline([web])] });
  await expect(lonely).rejects.toThrow('"web" needs "reports" ^1.0.0');
});

test('only the module that draws pages draws problems', async () => {
  host = await createPluginHost({ sources: [inline([reports, web])] });
  await host.start();
  const renderers = host.contributions(httpModules).flatMap(({ value }) => value.renderProblem ?? []);
  expect(renderers).toHaveLength(1);
  const problem = { title: 'Not Found', status: 404, detail: 'Nothing.', code: 'a.B' };
  expect(renderers[0]?.(problem, 'r-1')).toContain('<h1>Not Found</h1>');
});

test('every call of the store runs in the pipeline', async () => {
  let calls = 0;
  const execute = <Result>(task: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    return task();
  };
  const store = resilientStore(memoryStore(), { execute });
  expect(await store.add(newReport())).toEqual({ id: 'one', created: true });
  expect(await store.projects()).toHaveLength(1);
  expect(await store.history('orders', 1)).toHaveLength(1);
  expect((await store.body('one'))?.body).toBe(newReport().body);
  expect(calls).toBe(4);
});

const away = new ServerErrors.STORE_UNAVAILABLE({ reason: 'database is locked' });
const attempts: readonly { title: string; failures: readonly Error[]; calls: number; isAnswered: boolean }[] = [
  { title: 'a store that is away for a moment is asked again', failures: [away, away], calls: 3, isAnswered: true },
  { title: 'a store that stays away is given up', failures: [away, away, away, away], calls: 4, isAnswered: false },
  { title: 'a mistake of ours is not repeated', failures: [new TypeError('ours')], calls: 1, isAnswered: false },
];
for (const { title, failures, calls, isAnswered } of attempts) {
  test(title, async () => {
    const left = [...failures];
    let asked = 0;
    const projects = () => {
      asked += 1;
      const failure = left.shift();
      return failure === undefined ? Promise.resolve([]) : Promise.reject(failure);
    };
    const resilience = createResilience();
    const store = resilientStore({ ...memoryStore(), projects }, resilience.pipeline('store', storePipeline));
    const outcome = await store.projects().catch((error: unknown) => error);
    expect([asked, outcome]).toEqual([calls, isAnswered ? [] : failures.at(-1)]);
    await resilience.close();
  });
}

test('a store that hangs is given up at its deadline, and one that is closed at once', async () => {
  const clock = createFakeClock();
  const resilience = createResilience({ clock });
  const projects = async (): Promise<never> => new Promise<never>(() => {});
  const store = resilientStore({ ...memoryStore(), projects }, resilience.pipeline('store', storePipeline));
  const late = Promise.allSettled([store.projects()]);
  await clock.advance(5_000);
  expect(await late).toMatchObject([{ reason: { code: 'seaworthy.resilience.TIMED_OUT' } }]);
  const hanging = Promise.allSettled([store.projects()]);
  await resilience.close();
  expect(await hanging).toMatchObject([{ reason: { code: 'seaworthy.resilience.CLOSED' } }]);
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

test('in an outage the store is asked little more often than there are requests', async () => {
  const clock = createFakeClock();
  const resilience = createResilience({ clock });
  let asked = 0;
  const projects = async (): Promise<never> => {
    asked += 1;
    throw away;
  };
  const store = resilientStore({ ...memoryStore(), projects }, resilience.pipeline('store', storePipeline));
  const calls = Promise.allSettled(Array.from({ length: 1_000 }, async () => store.projects()));
  await clock.advance(5_000);
  await calls;
  expect(asked).toBeLessThanOrEqual(1_300);
});
