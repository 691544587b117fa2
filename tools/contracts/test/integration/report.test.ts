import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSubject } from '../../../../apps/server/src/modules/reports/contract.ts';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';

test('the server reads a report as the command line writes it, with findings and problems', async () => {
  const project = mkdtempSync(join(tmpdir(), 'seaworthy-contract-'));
  mkdirSync(join(project, 'src'));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'small-service', version: '1.0.0', type: 'module' }),
  );
  writeFileSync(join(project, 'src/charge.js'), 'try {\n  await charge();\n} catch (error) {}\n');
  writeFileSync(join(project, 'src/broken.js'), 'const = ;\n');
  const main = join(root, 'apps/cli/src/main.ts');
  const { stdout, stderr } = await run(
    process.execPath,
    ['--conditions=@seaworthy/source', main, 'audit', project, '--format', 'json'],
    {
      cwd: project,
      env: plainEnvironment(),
      timeoutMs: 60_000,
    },
  );
  rmSync(project, { recursive: true });
  expect(stdout === '' ? stderr : stdout).toContain('"schemaVersion"');
  const written: { findings: readonly object[]; problems: readonly object[] } = JSON.parse(stdout);
  const read = reportSubject.parse(written);
  expect(read.findings.length).toBe(written.findings.length);
  expect(read.findings.map(({ file }) => file)).toContain('src/charge.js');
  expect(read.problems.map(({ file }) => file)).toEqual(['src/broken.js']);
});
