import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../process/program.ts';
import type { Manifest } from '../repository/projects.ts';
import type { Consumer } from './consumer.ts';

// Entries whose public types are Node's or a third party's by nature. All others type-check in a project without
// @types/node: a signature of ours that needs it would be a dependency nobody declared.
const builtOnNodeTypes: Readonly<Record<string, string>> = {
  '@seaworthy/logger': "its logger is winston's, whose transports are Node streams",
  '@seaworthy/plugins/trust': "keys are Node's own key objects",
  '@seaworthy/schema-registry/http': "it answers Node's own requests",
  '@seaworthy/telemetry/node': "callers are given Node's own requests and servers, with every field",
};

function needsNodeTypes(entry: string): boolean {
  return Object.keys(builtOnNodeTypes).some((name) => entry === name || entry.startsWith(`${name}/`));
}

const resolutions = [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const;

/** Type-checks a module that imports every entry, as users of Node and of bundlers do, with nothing skipped. */
export async function typeProblems(
  consumer: Consumer,
  entries: readonly string[],
  workspace: Manifest,
): Promise<readonly string[]> {
  const onNode = entries.filter(needsNodeTypes);
  const problems = await check(
    consumer,
    entries.filter((entry) => !needsNodeTypes(entry)),
    [],
  );
  if (onNode.length === 0) return problems;
  await consumer.install(`@types/node@${workspace.devDependencies?.['@types/node'] ?? 'latest'}`);
  return [...problems, ...(await check(consumer, onNode, ['node']))];
}

async function check(
  consumer: Consumer,
  entries: readonly string[],
  types: readonly string[],
): Promise<readonly string[]> {
  if (entries.length === 0) return [];
  await writeFile(join(consumer.folder, 'use.mts'), usage(entries));
  const problems: string[] = [];
  for (const [module, moduleResolution] of resolutions) {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'esnext',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types,
    };
    await writeFile(join(consumer.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.mts'] }));
    const { code, output } = await runProgram('tsc', ['-p', consumer.folder], { cwd: consumer.folder });
    if (code !== 0)
      problems.push(`types do not check with "moduleResolution": "${moduleResolution}":\n${output.trim()}`);
  }
  return problems;
}

function usage(entries: readonly string[]): string {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const uses = entries.map((_, index) => `export const use${index}: typeof entry${index} = entry${index};`);
  return [...imports, ...uses, ''].join('\n');
}
