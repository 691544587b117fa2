import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { createReportStore, type ReportStore } from '../src/modules/reports/store.ts';
import { openDatabase } from '../src/storage/database.ts';
import { describeEachDatabase } from './support/each-database.ts';
import { newReport } from './support/new-report.ts';

describeEachDatabase((current) => {
  const stored = (): ReportStore => createReportStore(current().query);

  test('a report comes back byte for byte', async () => {
    const store = stored();
    await store.add(newReport({ body: '{ "a" : "ü\\u0000 \u{1F6A2}" }\n' }), 'push token');
    expect((await store.body('one', undefined))?.body).toBe('{ "a" : "ü\\u0000 \u{1F6A2}" }\n');
    expect(await store.body('none', undefined)).toBeUndefined();
  });

  test('the same bytes again answer with the report that is there', async () => {
    const store = stored();
    expect(await store.add(newReport(), 'push token')).toEqual({ id: 'one', created: true });
    expect(await store.add(newReport({ id: 'two' }), 'push token')).toEqual({ id: 'one', created: false });
    expect(await store.add(newReport({ id: 'three', digest: 'd2' }), 'push token')).toEqual({
      id: 'three',
      created: true,
    });
    expect(await store.add(newReport({ id: 'four' }), 'push token')).toEqual({ id: 'four', created: true });
  });

  test('projects are listed by name with their newest report and their number', async () => {
    const store = stored();
    await store.add(newReport({ id: 'a', project: 'zebra' }), 'push token');
    await store.add(newReport({ id: 'b' }), 'push token');
    await store.add(newReport({ id: 'c', digest: 'd2', overall: null }), 'push token');
    const projects = await store.projects(undefined);
    expect(projects.map(({ name, reports, latest }) => [name, reports, latest.id, latest.overall])).toEqual([
      ['orders', 2, 'c', null],
      ['zebra', 1, 'a', 80],
    ]);
  });

  test('history is newest first and limited', async () => {
    const store = stored();
    for (const id of ['a', 'b', 'c']) await store.add(newReport({ id, digest: id }), 'push token');
    expect((await store.history('orders', 2, undefined)).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  test('reports that arrive together are all kept, each once', async () => {
    const store = stored();
    const all = Array.from({ length: 40 }, (_, index) =>
      newReport({ id: `r${index}`, digest: `d${index}`, project: `p${index % 3}` }),
    );
    const answers = await Promise.all(all.map((each) => store.add(each, 'push token')));
    expect(answers).toEqual(all.map(({ id }) => ({ id, created: true })));
    expect((await store.projects(undefined)).reduce((sum, { reports }) => sum + reports, 0)).toBe(40);
  });

  test('names and bodies come back with every character they had', async () => {
    const store = stored();
    const project = "'; DROP TABLE reports; -- \u0000 ü 🚢";
    await store.add(newReport({ project, body: 'a\u0000b' }), 'push token');
    expect((await store.history(project, 1, undefined))[0]?.project).toBe(project);
    expect((await store.body('one', undefined))?.body).toBe('a\u0000b');
  });
});

test('a full disk is STORE_UNAVAILABLE, nothing of the report is kept, and there is room again afterwards', async () => {
  const database = await openDatabase(':memory:');
  const store = createReportStore(database.query);
  await store.add(newReport(), 'push token');
  await sql.raw('PRAGMA max_page_count = 1').execute(database.query);
  const large = newReport({ id: 'two', project: 'large', digest: 'd2', body: 'x'.repeat(1_000_000) });
  await expect(store.add(large, 'push token')).rejects.toSatisfy(ServerErrors.STORE_UNAVAILABLE.is);
  expect((await store.projects(undefined)).map(({ name }) => name)).toEqual(['orders']);
  await sql.raw('PRAGMA max_page_count = 1000000').execute(database.query);
  expect(await store.add(large, 'push token')).toEqual({ id: 'two', created: true });
  await database.close();
});

test('a database that turns read-only refuses reports and is still read', async () => {
  const database = await openDatabase(':memory:');
  const store = createReportStore(database.query);
  await store.add(newReport(), 'push token');
  await sql.raw('PRAGMA query_only = ON').execute(database.query);
  const failure = await store.add(newReport({ digest: 'd2' }), 'push token').catch((error: unknown) => error);
  expect(ServerErrors.STORE_UNAVAILABLE.is(failure)).toBe(true);
  expect(String(failure)).toContain('readonly');
  expect((await store.body('one', undefined))?.report.id).toBe('one');
  await expect(database.ping()).resolves.toBeUndefined();
  await database.close();
});

test('after it was closed it does not answer', async () => {
  const database = await openDatabase(':memory:');
  await database.close();
  await expect(database.ping()).rejects.toThrow(/destroyed/);
});
