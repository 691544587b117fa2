import { loadPacks } from '../../src/engine/packs.ts';
import { packs } from '../../src/rules/packs.ts';
import type { RuleSetting } from '../../src/engine/select.ts';
import { writeProject, type Files } from './project.ts';

/** Two statements that are found, in a program that a bundler takes. */
export const faulty: Files = {
  'src/main.js': "import { fail } from './fail.js';\n\nexport function main() {\n  debugger;\n  return fail;\n}\n",
  'src/fail.js': "export function fail() {\n  throw 'no';\n}\n",
  'src/alone.js': 'export function alone() {\n  debugger;\n}\n',
};

/** The same without anything to find. */
export const sound: Files = {
  ...faulty,
  'src/main.js': "import { fail } from './fail.js';\n\nexport function main() {\n  return fail;\n}\n",
  'src/fail.js': "export function fail() {\n  throw new Error('no');\n}\n",
  'src/alone.js': 'export function alone() {}\n',
};

/** A project for the two rules of `build-packs.ts`: SEA-R136 fails a build, SEA-R001 warns. */
export function writeService(files: Files, settings: object = {}): string {
  return writeProject({
    'package.json': '{ "name": "orders", "type": "module" }',
    'seaworthy.config.json': JSON.stringify(settings),
    ...files,
  });
}

/** The same for the rules that are built in: all others are off. */
export async function writeBuild(files: Files, settings: object = {}): Promise<string> {
  await using loaded = await loadPacks(packs);
  const rules = new Map<string, RuleSetting>(loaded.rules.map(({ rule }) => [rule.id, 'off']));
  rules.set('SEA-R136', 'error').set('SEA-R001', 'warning');
  return writeService(files, { rules: Object.fromEntries(rules), ...settings });
}
