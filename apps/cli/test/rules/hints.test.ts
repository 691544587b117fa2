import { expect, test } from 'vitest';
import { codeRules } from '../../src/rules/packs/code.ts';
import { observabilityRules } from '../../src/rules/packs/observability.ts';
import { securityRules } from '../../src/rules/packs/security.ts';
import { openProject } from '../support/project.ts';

const rules = [...codeRules, ...observabilityRules, ...securityRules];

/** What people write seldom, and a look at the text could take for nothing. */
const odd = [
  { rule: 'SEA-R001', code: 'throw (\n  "a" + b\n);' },
  { rule: 'SEA-R001', code: 'throw code(a, b) + " failed";' },
  { rule: 'SEA-R001', code: 'throw /* why */ "a";' },
  { rule: 'SEA-R001', code: 'throw error\n  .name + "!";' },
  { rule: 'SEA-R001', code: 'Promise.reject(undefined);' },
  { rule: 'SEA-R002', code: 'try { await a(); } catch ({ message }) {\n\n}' },
  { rule: 'SEA-R002', code: 'try { await a(); }\ncatch\n{ }' },
  { rule: 'SEA-R003', code: 'save().catch(function () {});' },
  { rule: 'SEA-R003', code: 'save().catch(async (error) =>\n{\n});' },
  { rule: 'SEA-R003', code: 'save().catch(() => (undefined));' },
  { rule: 'SEA-R003', code: 'save().catch(lodash.noop);' },
  { rule: 'SEA-R007', code: 'new  Promise( async function (resolve) { resolve(await a()); });' },
  { rule: 'SEA-R020', code: 'console.log("a");' },
  { rule: 'SEA-R021', code: 'audit_log.info({ a: user.apiKey });' },
  { rule: 'SEA-R021', code: 'this.logger?.info(accessToken); console.log("a");' },
  { rule: 'SEA-R022', code: '(request.log as Log).info(request.headers);' },
  { rule: 'SEA-R023', code: 'log.pino({ "level": "info" });' },
  { rule: 'SEA-R024', code: 'try { a(); } catch (e) { appLog["error"](`no: ${e.message}`); }' },
  { rule: 'SEA-R041', code: 'app.get(`/_health`, (q, r) => r.send("ok"));' },
  { rule: 'SEA-R052', code: 'config.api_key ??= ("aB3dE5gH7jK9mN1p");' },
  { rule: 'SEA-R052', code: 'const token: string = process.env.TOKEN ||\n  "aB3dE5gH7jK9mN1p";' },
  { rule: 'SEA-R052', code: 'export default { "client-secret": `aB3dE5gH7jK9mN1p` };' },
  { rule: 'SEA-R071', code: 'await Promise.all(users.map(async (u) => { await fetch(u.url); }));' },
  { rule: 'SEA-R083', code: 'setTimeout(\n  "run()", 1);' },
  { rule: 'SEA-R083', code: '(eval)(text); (globalThis as any).eval(text);' },
  { rule: 'SEA-R083', code: 'new Function ("a", body);' },
  { rule: 'SEA-R089', code: 'db.query("\\n  select * from users where id = " + req.params.id);' },
  { rule: 'SEA-R089', code: 'db.query("delete" + " from users where id = " + req.params.id);' },
  { rule: 'SEA-R131', code: 'a(); //TODO: later\n' },
  { rule: 'SEA-R131', code: '/**\n *\n * - @TODO later\n */' },
];

test.for(odd)('$rule looks closer at $code', async ({ rule: id, code }) => {
  const { view } = await openProject({ 'package.json': service, 'src/a.ts': `${code}\nexport {};\n` });
  const rule = rules.find((each) => each.id === id)!;
  const found = await rule.check(view, AbortSignal.timeout(10_000));
  expect(found.map(({ file }) => file)).toContain('src/a.ts');
});

const service = JSON.stringify({ dependencies: { express: '5.0.0' } });

const long = ['catch', 'throw a(', 'eval ', 'log ', '"\\x41', "' ", '= (', '// ', 'token\n', '\n', ' ', ') {', '=> ('];

test.for(long)('a hundred thousand times %j takes no rule long', async (word) => {
  const text = `/* ${word.repeat(100_000).replaceAll('*/', '')} TODO */\n`;
  const { view } = await openProject({ 'package.json': service, 'src/a.js': text });
  const startedAt = process.cpuUsage();
  for (const rule of rules) if (rule.scope === 'file') await rule.check(view, AbortSignal.timeout(10_000));
  const { user, system } = process.cpuUsage(startedAt);
  expect((user + system) / 1000).toBeLessThan(5_000);
});
