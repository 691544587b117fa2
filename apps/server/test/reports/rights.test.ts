import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { createProjectRights } from '../../src/modules/reports/access.ts';
import { createAccessStore } from '../../src/modules/reports/access-store.ts';
import {
  mayRead,
  maySend,
  mayShare,
  projectRoles,
  visibilities,
  type Reader,
  type Sender,
} from '../../src/modules/reports/rights.ts';
import { createReportStore } from '../../src/modules/reports/store.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { describeEachDatabase } from '../support/each-database.ts';
import { newReport } from '../support/new-report.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const at = '2026-01-31T12:00:00.000Z';
const ranks = ['reader', 'publisher', 'maintainer', 'admin'] as const;

const member = { id: 1, role: 'publisher' } as const;
const account = (id: number, name: string) =>
  ({ id, name, email: '', scope: 'publish', role: 'publisher', isFlagAdmin: false, tokenKey: '' }) as const;
const admin = { id: 2, role: 'admin' } as const;

test('who may see: everybody, every account, or members and admins', () => {
  const seen = (reader: Reader, role?: (typeof projectRoles)[number]) =>
    visibilities.filter((visibility) => mayRead({ visibility, role }, reader));
  expect(seen(undefined)).toEqual(['public']);
  expect(seen(member)).toEqual(['public', 'internal']);
  for (const role of projectRoles) expect(seen(member, role)).toEqual(['public', 'internal', 'private']);
  expect(seen(admin)).toEqual(['public', 'internal', 'private']);
});

const sending = (role: (typeof ranks)[number], mayLikeAnybody = false): Sender => ({
  id: 1,
  name: 'ada',
  role,
  mayLikeAnybody,
});
const cases: readonly {
  readonly who: string;
  readonly sender: Sender;
  readonly role?: (typeof projectRoles)[number];
  /** Whether to a new project, to one that nobody owns, and to one that somebody else owns. */
  readonly to: readonly [isNew: boolean, isFree: boolean, isOwned: boolean];
}[] = [
  { who: 'whoever has the push token', sender: 'push token', to: [true, true, true] },
  { who: 'anybody, where there is none', sender: 'anybody', to: [true, true, false] },
  { who: 'an account', sender: sending('publisher'), to: [true, false, false] },
  { who: 'an account where anybody may', sender: sending('publisher', true), to: [true, true, false] },
  { who: 'a maintainer', sender: sending('maintainer'), to: [true, false, false] },
  { who: 'an admin', sender: sending('admin'), to: [true, true, true] },
  { who: 'a reader of it', sender: sending('publisher'), role: 'reader', to: [true, false, false] },
  { who: 'a pusher of it', sender: sending('publisher'), role: 'pusher', to: [true, true, true] },
  { who: 'an owner of it', sender: sending('publisher'), role: 'owner', to: [true, true, true] },
];
for (const { who, sender, role, to } of cases) {
  test(`${who} may send to ${JSON.stringify(to)} of a new, a free and an owned project`, () => {
    const may = [undefined, { role, hasOwner: false }, { role, hasOwner: true }].map((each) => maySend(each, sender));
    expect(may).toEqual(to);
  });
}

test('owners and admins say who sees a project, nobody else', () => {
  expect(projectRoles.filter((role) => mayShare({ role }, member))).toEqual(['owner']);
  expect(mayShare({ role: undefined }, admin)).toBe(true);
  expect(mayShare({ role: 'owner' }, undefined)).toBe(false);
});

describeEachDatabase((current, dialect) => {
  const accountOf = async (name: string): Promise<number> => {
    const store = createAccountStore(current().query, direct);
    await store.add({ name, email: '', password: 'x', createdAt: at });
    return (await store.find(name))?.id as number;
  };

  test('the database shows what the rule says, in lists, histories and reports', async () => {
    const { query } = current();
    const [reports, access] = [createReportStore(query), createAccessStore(query, direct)];
    const ids = await Promise.all(['ada', 'bob', 'eve'].map(accountOf));
    const project = fc.record({
      visibility: fc.constantFrom(...visibilities),
      roles: fc.tuple(...ids.map(() => fc.option(fc.constantFrom(...projectRoles), { nil: undefined }))),
    });
    const asker = fc.option(fc.record({ index: fc.nat(2), role: fc.constantFrom(...ranks) }), { nil: undefined });
    let run = 0;
    const property = fc.asyncProperty(fc.array(project, { minLength: 1, maxLength: 4 }), asker, async (all, asks) => {
      run += 1;
      const reader: Reader = asks && { id: ids[asks.index] as number, role: asks.role };
      const expected: string[] = [];
      for (const [index, { visibility, roles }] of all.entries()) {
        const name = `run ${run} project ${index}`;
        await reports.add(newReport({ id: name, project: name }), 'push token');
        await access.setVisibility(name, visibility, admin);
        for (const [at_, role] of roles.entries()) {
          if (role !== undefined) await access.setMember(name, { accountId: ids[at_] as number, role, at }, admin);
        }
        const role = asks && roles[asks.index];
        const isShown = mayRead({ visibility, role }, reader);
        if (isShown) expected.push(name);
        expect((await reports.history(name, 5, reader)).length).toBe(isShown ? 1 : 0);
        expect((await reports.body(name, reader)) !== undefined).toBe(isShown);
        const hasOwner = roles.includes('owner');
        expect(await access.find(name, reader?.id)).toEqual({ visibility, role, hasOwner });
      }
      const listed = (await reports.projects(reader)).map(({ name }) => name);
      expect(listed.filter((name) => name.startsWith(`run ${run} `))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: dialect === 'sqlite' ? 30 : 10 });
  });

  test('of accounts that send the first report of a project together one owns it, and the others are refused', async () => {
    const { query } = current();
    const [reports, access] = [createReportStore(query, { visibility: 'private' }), createAccessStore(query, direct)];
    const ids = await Promise.all(['ada', 'bob', 'eve'].map(accountOf));
    const answers = await Promise.all(
      ids.map((id) =>
        reports.add(newReport({ id: `of ${id}` }), { id, name: `${id}`, role: 'publisher', mayLikeAnybody: true }),
      ),
    );
    const kept = answers.filter((answer) => answer !== 'not allowed');
    expect(kept).toEqual([expect.objectContaining({ created: true, isOwned: true })]);
    const [owner] = [...(await access.rolesOf('orders', ids))];
    expect([owner?.[1], `of ${owner?.[0]}`]).toEqual(['owner', kept[0]?.id]);
    expect(await reports.projects({ id: owner?.[0] as number, role: 'publisher' })).toHaveLength(1);
    expect(await reports.projects(undefined)).toEqual([]);
  });

  test('who is no owner any more when the change is made changes nothing', async () => {
    const { query } = current();
    const [reports, access] = [createReportStore(query), createAccessStore(query, direct)];
    const [ada, bob] = (await Promise.all(['ada', 'bob'].map(accountOf))) as [number, number];
    await reports.add(newReport(), 'push token');
    for (const accountId of [ada, bob]) await access.setMember('orders', { accountId, role: 'owner', at }, admin);
    const rights = createProjectRights({
      store: access,
      // While ada's change is on its way, bob takes the project from ada.
      accounts: {
        async find() {
          await access.setMember('orders', { accountId: ada, role: 'reader', at }, { id: bob, role: 'publisher' });
          return { ...account(ada, 'ada'), disabledAt: null };
        },
      },
      audit: { record: () => Promise.resolve() },
    });
    const change = rights.setMember('orders', 'ada', 'owner', account(ada, 'ada'));
    await expect(change).rejects.toMatchObject({ code: 'seaworthy.server.PROJECT_NOT_OWNED' });
    expect(await access.setVisibility('orders', 'private', account(ada, 'ada'))).toBe('not owned');
    expect(await access.find('orders', ada)).toEqual({ visibility: 'public', role: 'reader', hasOwner: true });
  });

  test('of two owners who leave together one stays', async () => {
    const { query } = current();
    const [reports, access] = [createReportStore(query), createAccessStore(query, direct)];
    const ids = await Promise.all(['ada', 'bob'].map(accountOf));
    await reports.add(newReport(), 'push token');
    for (const accountId of ids) await access.setMember('orders', { accountId, role: 'owner', at }, admin);
    const left = await Promise.all(
      ids.map((accountId) => access.setMember('orders', { accountId, role: undefined, at }, admin)),
    );
    expect(left.filter((outcome) => outcome === 'no owner')).toHaveLength(1);
    expect(await access.members('orders')).toHaveLength(1);
    expect(await access.setMember('orders', { accountId: ids[0] as number, role: 'owner', at }, admin)).toBe('done');
  });
});
