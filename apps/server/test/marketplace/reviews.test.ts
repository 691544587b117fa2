import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let owner: MarketClient;
let people: readonly MarketClient[];

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '1000',
    SEAWORTHY_ADMINS: 'mia',
  });
  [owner, ...people] = (await Promise.all(
    ['ada', 'mia', 'lin', 'kim'].map((name) => marketClient(server.url, name)),
  )) as [MarketClient, ...MarketClient[]];
});

afterAll(() => server.stop());

let index = 0;
let name = '';

beforeEach(async () => {
  name = `reviewed-${(index += 1)}`;
  await owner.npm.send('PUT', `/${name}`, publishDocument(name, '1.0.0'));
});

const write = (by: MarketClient | undefined, rating: number, title = '') =>
  (by as MarketClient).api('PUT', `/plugins/${name}/reviews/mine`, { rating, title, body: 'It <b>works</b>.' });
const list = async (token?: string) =>
  (await askMarket(server.url, 'GET', `/plugins/${name}/reviews`, token === undefined ? {} : { token })).body as {
    total: number;
    reviews: readonly { id: number; account: string; rating: number; body: string; state: string }[];
  };
const ratingOf = async (plugin = name) => {
  const { rating, ratings } = (await askMarket(server.url, 'GET', `/plugins/${plugin}`)).body as {
    rating: number | null;
    ratings: number;
  };
  return { rating, ratings };
};

test('an account has one review of a package: the second one takes the place of the first', async () => {
  expect(await write(people[1], 5)).toMatchObject({
    status: 200,
    body: { rating: 5, account: 'lin', version: '1.0.0' },
  });
  expect(await write(people[1], 2)).toMatchObject({ status: 200, body: { rating: 2 } });
  expect(await list()).toMatchObject({ total: 1, reviews: [{ rating: 2, body: 'It <b>works</b>.' }] });
  expect((await people[1]?.api('DELETE', `/plugins/${name}/reviews/mine`))?.status).toBe(204);
  expect((await people[1]?.api('DELETE', `/plugins/${name}/reviews/mine`))?.status).toBe(404);
  expect(await ratingOf()).toEqual({ rating: null, ratings: 0 });
});

test('owners do not review their own packages, and strangers none', async () => {
  expect(await write(owner, 5)).toMatchObject({ status: 403, body: { code: 'seaworthy.server.REVIEW_OF_OWN' } });
  const anonymous = await askMarket(server.url, 'PUT', `/plugins/${name}/reviews/mine`, { body: { rating: 5 } });
  expect(anonymous.status).toBe(401);
});

for (const rating of [0, 6, 3.5, '5', null]) {
  test(`a rating of ${JSON.stringify(rating)} is refused`, async () => {
    const { status } = (await people[1]?.api('PUT', `/plugins/${name}/reviews/mine`, { rating })) ?? {};
    expect(status).toBe(422);
  });
}

test('control characters, keys that change objects and bodies that are too large are refused', async () => {
  const send = (body: unknown) => people[1]?.api('PUT', `/plugins/${name}/reviews/mine`, body);
  expect((await send({ rating: 5, title: 'a\u0000b' }))?.status).toBe(422);
  expect((await send({ rating: 5, body: 'x'.repeat(5_001) }))?.status).toBe(422);
  expect((await send({ rating: 5, body: 'x'.repeat(300_000) }))?.status).toBe(413);
  expect((await send('{"rating":5,"__proto__":{"state":"shown"}}'))?.status).toBe(200);
  expect(Reflect.get({}, 'state')).toBeUndefined();
  expect((await send('{"rating":'))?.status).toBe(400);
});

test('the fewer ratings there are, the more a rating is drawn to the average of all packages', async () => {
  await people[0]?.api('PUT', '/plugins/reviewed-1/reviews/mine', { rating: 1 });
  await write(people[0], 5);
  const lonely = await ratingOf();
  for (const each of people) await write(each, 5);
  const three = await ratingOf();
  expect([lonely.ratings, three.ratings]).toEqual([1, 3]);
  expect(lonely.rating).toBeLessThan(three.rating as number);
  expect(three.rating).toBeLessThan(5);
});

test('a maintainer hides a review with a reason: it is not listed and does not count, and can be shown again', async () => {
  await write(people[1], 1, 'rude');
  const [{ id } = { id: 0 }] = (await list()).reviews;
  const moderate = (by: MarketClient | undefined, change: object) =>
    (by as MarketClient).api('PUT', `/reviews/${id}/moderation`, change);
  expect((await moderate(owner, { state: 'hidden', reason: 'I do not like it' })).status).toBe(403);
  expect((await moderate(people[0], { state: 'hidden' })).status).toBe(422);
  expect((await moderate(people[0], { state: 'hidden', reason: 'insults' })).status).toBe(200);
  expect(await list()).toEqual({ total: 0, reviews: [] });
  expect(await list(people[0]?.npm.token)).toMatchObject({ total: 1, reviews: [{ state: 'hidden' }] });
  expect(await ratingOf()).toEqual({ rating: null, ratings: 0 });
  // Written anew it stays hidden: nobody has looked at it.
  await write(people[1], 1, 'rude again');
  expect((await list()).total).toBe(0);
  expect((await moderate(people[0], { state: 'shown' })).status).toBe(200);
  expect((await list()).total).toBe(1);
});

test('privileged actions, and those that were refused, are in the audit log', () => {
  const events = readFileSync(join(server.folder, 'data/audit.log'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { event: string; fields?: object });
  const names = new Set(events.map(({ event }) => event));
  expect(names).toContain('review moderated');
  expect(events.some((each) => JSON.stringify(each).includes('seaworthy.server.ROLE_NEEDED'))).toBe(true);
});
