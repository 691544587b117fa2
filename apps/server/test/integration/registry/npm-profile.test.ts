// `npm profile` of the real npm.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient } from '../../support/browser-client.ts';
import { npmClient, password, type NpmClient } from '../../support/npm-client.ts';
import { runServer, type RunningServer } from '../../support/run-server.ts';

let server: RunningServer;
let npm: NpmClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  npm = npmClient(server.url);
  await npm.login('ada');
}, 120_000);

afterAll(async () => {
  await npm[Symbol.asyncDispose]();
  await server.stop();
});

const slow = { timeout: 120_000 };
const better = 'a much better horse, and a staple';

const typed = (old: string, wanted: string) => [
  { prompt: 'Current password:', text: old },
  { prompt: 'New password:', text: wanted },
  { prompt: 'Again:', text: wanted },
];

test('npm shows the profile, and that there is no second factor', slow, async () => {
  const shown = await npm.ok(['profile', 'get']);
  expect(shown).toContain('name: ada');
  expect(shown).toContain('email: ada@example.com(unverified)');
  expect(shown).toContain('two-factor auth: disabled');
  expect(await npm.ok(['profile', 'disable-2fa'])).toContain('not enabled');
});

test('npm sets the email, and refuses one that is none', slow, async () => {
  expect(await npm.ok(['profile', 'set', 'email', 'ada@new.example'])).toContain('Set email to ada@new.example');
  expect(await npm.ok(['profile', 'get', 'email'])).toContain('ada@new.example');
  const refused = await npm.run(['profile', 'set', 'email', 'nobody']);
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('not an address')]);
});

test('npm changes the password with the old one, and goes on with its token', slow, async () => {
  const wrong = await npm.run(['profile', 'set', 'password'], { answers: typed('not the password', better) });
  expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('is another one')]);
  const { code, output } = await npm.run(['profile', 'set', 'password'], { answers: typed(password, better) });
  expect([code, output]).toEqual([0, expect.stringContaining('Set password')]);
  expect(await npm.ok(['whoami'])).toBe('ada\n');
  const signIn = async (secret: string) => (await browserClient(server.url).signIn('ada', secret)).status;
  expect([await signIn(password), await signIn(better)]).toEqual([401, 303]);
});

test('npm is told what is not kept here', slow, async () => {
  const name = await npm.run(['profile', 'set', 'fullname', 'Ada Lovelace']);
  expect([name.code, name.output]).toEqual([1, expect.stringContaining('is not kept here')]);
});
