// A second factor with the real npm, in the order in which somebody meets it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticator, type Authenticator } from '../../support/authenticator.ts';
import { npmClient, password, type NpmClient } from '../../support/npm-client.ts';
import { runServer, type RunningServer } from '../../support/run-server.ts';

let server: RunningServer;
let npm: NpmClient;
let codes: Authenticator;
let recoveryCodes: string[];
let allCodes: readonly string[];

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
const typedPassword = { prompt: 'npm password:', text: password };
const refused = { code: 1, output: expect.stringContaining('EOTP') as string };

function secretIn(output: string): string {
  return /Or enter code: ([A-Z2-7]+)/.exec(output)?.[1] as string;
}

test('npm profile enable-2fa gives a secret, takes a code, and shows recovery codes', slow, async () => {
  const answers = [
    typedPassword,
    {
      prompt: 'OTP code from your authenticator',
      text: (output: string) => (codes = authenticator(secretIn(output))).next(),
    },
  ];
  const { code, output } = await npm.run(['profile', 'enable-2fa', 'auth-and-writes'], { answers });
  expect([code, output]).toEqual([0, expect.stringContaining('2FA successfully enabled')]);
  recoveryCodes = output.match(/\b[\da-f]{64}\b/g) ?? [];
  allCodes = [...recoveryCodes];
  expect(allCodes).toHaveLength(10);
  expect(await npm.ok(['profile', 'get'])).toContain('two-factor auth: auth-and-writes');
});

test('npm publish asks for a code, takes one, and takes it once', slow, async () => {
  const cwd = npm.project({ name: 'guarded', version: '1.0.0' });
  expect(await npm.run(['publish'], { cwd })).toMatchObject(refused);
  const otp = codes.next();
  await npm.ok(['publish', `--otp=${otp}`], { cwd });
  const next = npm.project({ name: 'guarded', version: '1.0.1' });
  expect(await npm.run(['publish', `--otp=${otp}`], { cwd: next })).toMatchObject(refused);
  await npm.ok(['publish', `--otp=${recoveryCodes.pop() as string}`], { cwd: next });
});

test('npm unpublish needs one code, for all requests that it is made of', slow, async () => {
  await npm.ok(['unpublish', 'guarded@1.0.0', `--otp=${recoveryCodes.pop() as string}`]);
  expect(await npm.ok(['view', 'guarded', 'versions', '--json'])).not.toContain('1.0.0');
});

test('a password alone logs nobody in; with a code it does', slow, async () => {
  const other = npmClient(server.url);
  try {
    const answers = [
      { prompt: 'Username:', text: 'ada' },
      { prompt: 'Password:', text: password },
    ];
    expect(await other.run(['login', '--auth-type=legacy'], { answers })).toMatchObject(refused);
    const otp = recoveryCodes.pop() as string;
    await other.ok(['login', '--auth-type=legacy', `--otp=${otp}`], { answers });
    expect(other.token).toMatch(/^swt_/);
  } finally {
    await other[Symbol.asyncDispose]();
  }
});

test('with auth-only packages are changed without a code, and the account is not', slow, async () => {
  const otp = recoveryCodes.pop() as string;
  const args = ['profile', 'enable-2fa', 'auth-only', `--otp=${otp}`];
  expect((await npm.run(args, { answers: [typedPassword] })).output).toContain('mode changed to: auth-only');
  await npm.ok(['publish'], { cwd: npm.project({ name: 'guarded', version: '1.1.0' }) });
  expect(await npm.run(['profile', 'set', 'email', 'mallory@example.com'])).toMatchObject(refused);
});

test('npm profile disable-2fa takes a code, and then none is asked for; no log has any of them', slow, async () => {
  const otp = recoveryCodes.pop() as string;
  const { code, output } = await npm.run(['profile', 'disable-2fa', `--otp=${otp}`], { answers: [typedPassword] });
  expect([code, output]).toEqual([0, expect.stringContaining('Two factor authentication disabled')]);
  await npm.ok(['profile', 'set', 'email', 'ada@new.example']);
  const logs = JSON.stringify(server.log.records) + readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
  for (const secret of allCodes) expect(logs).not.toContain(secret);
});
