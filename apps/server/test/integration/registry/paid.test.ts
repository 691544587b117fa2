// The real npm with a package that has to be paid for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askMarket } from '../../support/market-client.ts';
import { npmClient } from '../../support/npm-client.ts';
import { registryClient } from '../../support/registry-client.ts';
import { runServer } from '../../support/run-server.ts';
import { publishDocument } from '../../support/tarball.ts';

test(
  'npm shows why it may not install and where the terms are, and installs with an entitlement',
  { timeout: 180_000 },
  async () => {
    const server = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
    try {
      const [ada, lin] = [await registryClient(server.url, 'ada'), await registryClient(server.url, 'lin')];
      await ada.send('PUT', '/@shop%2ftax', publishDocument('@shop/tax', '1.0.0'));
      const plugin = '/plugins/%40shop%2Ftax';
      const send = (method: string, path: string, body: object) =>
        askMarket(server.url, method, plugin + path, { body, token: ada.token });
      const terms = { mode: 'paid', termsUrl: 'https://shop.example/tax' };
      expect((await send('PUT', '/licensing', terms)).status).toBe(204);

      await using npm = npmClient(server.url);
      const app = npm.project({ name: 'app', version: '1.0.0' });
      const stranger = await npm.run(['install', '@shop/tax'], { cwd: app });
      expect(stranger.code).toBe(1);
      expect(stranger.output).toContain('E402');
      expect(stranger.output).toContain('@shop/tax@1.0.0 has to be paid for: nobody is logged in');
      expect(stranger.output).toContain('https://shop.example/tax');

      npm.useToken(lin.token);
      const refused = await npm.run(['install', '@shop/tax'], { cwd: app });
      expect(refused.output).toContain('the account lin is not entitled to it, so get an entitlement of ada');
      expect(existsSync(join(app, 'node_modules/@shop/tax'))).toBe(false);
      // What it is can be seen before.
      expect(await npm.ok(['view', '@shop/tax', 'licensing.termsUrl'])).toBe('https://shop.example/tax\n');

      const wanted = { holder: 'lin', expiresAt: null, reference: 'order 1' };
      expect((await send('POST', '/entitlements', wanted)).status).toBe(201);
      await npm.ok(['install', '@shop/tax'], { cwd: app });
      expect(readFileSync(join(app, 'node_modules/@shop/tax/package.json'), 'utf8')).toContain('"@shop/tax"');
    } finally {
      await server.stop();
    }
  },
);
