import { describe, expect, test } from 'vitest';
import { ask, token, withToken } from './client.ts';
import { post, start } from './started.ts';

describe('own endpoints', () => {
  test('read gets the query, write gets the body', async () => {
    const management = await start({ token });
    management.endpoint('echo', { read: ({ query }) => query, write: (body, { query }) => ({ body, query }) });
    expect((await ask(management.url, '/echo?a=1&b=%20', { headers: withToken })).json).toEqual({ a: '1', b: ' ' });
    expect((await post(management, '/echo?a=1', '{"n":[1]}')).json).toEqual({ body: { n: [1] }, query: { a: '1' } });
  });

  test('an object of a class is asked as one', async () => {
    class Jobs {
      #isPaused = false;
      read(): object {
        return { isPaused: this.#isPaused };
      }
      write(): void {
        this.#isPaused = true;
      }
    }
    const management = await start({ token });
    management.endpoint('jobs', new Jobs());
    expect((await post(management, '/jobs', '1')).status).toBe(204);
    expect((await ask(management.url, '/jobs', { headers: withToken })).json).toEqual({ isPaused: true });
  });

  test('nothing returned is no content', async () => {
    const management = await start({ token });
    management.endpoint('quiet', { read: () => undefined, write: () => {} });
    expect((await ask(management.url, '/quiet', { headers: withToken })).status).toBe(204);
    expect((await post(management, '/quiet', '1')).status).toBe(204);
  });

  const odd: { value: unknown; shown: unknown }[] = [
    { value: null, shown: null },
    { value: 7n, shown: '7' },
    { value: Number.NaN, shown: 'NaN' },
    { value: new Map([['a', new Set([1])]]), shown: { a: [1] } },
    { value: new Date(0), shown: '1970-01-01T00:00:00.000Z' },
    { value: [undefined, () => {}], shown: [null, null] },
    { value: { when: undefined, error: new TypeError('x') }, shown: { error: { name: 'TypeError', message: 'x' } } },
    {
      value: { tokens: ['a'], tokensUsed: 3, secretKey: 'k', secret: { name: 'n' } },
      shown: { tokens: '******', tokensUsed: 3, secretKey: '******', secret: { name: 'n' } },
    },
  ];
  for (const { value, shown } of odd) {
    test(`${JSON.stringify(shown)} shows a value that is no plain JSON`, async () => {
      const { url, endpoint } = await start();
      endpoint('odd', { read: () => value });
      expect((await ask(url, '/odd')).json).toEqual(shown);
    });
  }

  const names = ['', 'Jobs', 'a/b', '../x', '__proto__', 'a b'];
  for (const name of names) {
    test(`the name ${JSON.stringify(name)} is refused`, async () => {
      const { endpoint } = await start();
      expect(() => endpoint(name, { read: () => 1 })).toThrow('Expected `name` to be lower-case letters');
    });
  }

  test('what cannot be asked is refused at once', async () => {
    const { endpoint } = await start();
    expect(() => endpoint('jobs', { reed: () => 1 } as never)).toThrow('an object with a function `read`');
    expect(() => endpoint('jobs', { read: () => 1, write: 5 as never })).toThrow('an object with a function `write`');
    expect(() => endpoint('jobs', null as never)).toThrow('Expected `endpoint` to be an object');
  });

  test('a name that is taken is refused, and free again after the undo', async () => {
    const { endpoint } = await start();
    expect(() => endpoint('health', { read: () => 1 })).toThrow('The endpoint name "health" is taken.');
    const remove = endpoint('jobs', { read: () => 1 });
    expect(() => endpoint('jobs', { read: () => 1 })).toThrow('"jobs" is taken');
    remove();
    remove();
    endpoint('jobs', { read: () => 1 });
  });
});
