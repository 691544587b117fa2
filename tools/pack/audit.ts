import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npx } from '../process/npm.ts';
import { asUser, type Consumer } from './consumer.ts';

/** A service with one well-known mistake, and what the installed `seaworthy` command says of it. */
export async function auditProblems(consumer: Consumer): Promise<readonly string[]> {
  const project = join(consumer.folder, 'service');
  await mkdir(join(project, 'src'), { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'small-service', version: '1.0.0', type: 'module' }),
  );
  await writeFile(join(project, 'src/server.js'), 'try {\n  await fetch("http://localhost:1/");\n} catch {}\n');
  const args = ['--no-install', 'seaworthy', 'audit', 'service', '--format', 'json'];
  const { code, stdout, output } = await npx(args, asUser(consumer.folder));
  if (code !== 0 && code !== 1) return [`npx seaworthy audit ends with code ${code}:\n${output.trim()}`];
  const report = parse(stdout);
  if (report === undefined) return [`npx seaworthy audit --format json prints no JSON: ${stdout.slice(0, 200)}`];
  const problems: string[] = [];
  if (!('schemaVersion' in report)) problems.push('the report of npx seaworthy audit has no schemaVersion');
  if (!stdout.includes('src/server.js'))
    problems.push('npx seaworthy audit found nothing in a file with an empty catch');
  return problems;
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
