// npm run check:pack [-- <package> …]: publishes every package to a registry of our own on this machine, installs each
// ALONE into an empty project, and does there what its users do, on Node 22, 24 and 26. The work tree is only read.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOfTargets } from './check/targets.ts';
import { findNode } from './pack/nodes.ts';
import { checkPackage, type Surroundings } from './pack/package.ts';
import { publish } from './pack/publish.ts';
import { startRegistry } from './pack/registry.ts';
import { stage, type Staged } from './pack/stage.ts';
import { mapLimited } from './process/limit.ts';
import { isPublished, readManifest, readProjects } from './repository/projects.ts';
import { root } from './repository/root.ts';
import { removeStaleOutputs } from './repository/stale.ts';

const counts = { passed: 0, failed: 0, skipped: 0 };
const wanted = process.argv.slice(2);
const projects = readProjects(root).filter(isPublished);

const built = await problemsOfTargets(['build']);
if (built.length > 0) {
  for (const { where, message } of built) console.error(`${where}: ${message}`);
  counts.failed += 1;
} else {
  await checkAll();
}
const file = process.env['SEAWORTHY_TEST_RESULT'];
if (file !== undefined) writeFileSync(file, `${JSON.stringify(counts)}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function checkAll(): Promise<void> {
  removeStaleOutputs(root, projects);
  const work = join(root, 'tmp', `pack-${process.pid}`);
  // Also when a signal ends us.
  process.once('exit', () => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
  const found = await Promise.all([22, 24, 26].map((major) => findNode(root, major)));
  const nodes = found.filter((node) => 'path' in node);
  for (const node of found) if ('reason' in node) console.log(`Not run on Node ${node.major}: ${node.reason}`);
  counts.skipped += found.length - nodes.length;

  const registry = await startRegistry(join(work, 'registry'));
  try {
    const staged = await stageAll(join(work, 'stage'));
    for (const one of staged) await publish(one, registry);
    const surroundings: Surroundings = { root, registry: registry.url, nodes, workspace: readManifest(root) };
    const chosen = staged.filter(({ project }) => wanted.length === 0 || wanted.includes(project.id));
    await mapLimited(chosen, 2, (one) => checkOne(one, surroundings));
  } finally {
    await registry.stop();
  }
}

async function stageAll(into: string): Promise<readonly Staged[]> {
  // A version nobody publishes, new for each run: npm's cache then never answers with an older try.
  const versions = new Map(projects.map(({ name, manifest }) => [name, `${manifest.version}-check.${Date.now()}`]));
  return mapLimited(projects, 2, (project) => stage(root, project, versions, into));
}

async function checkOne(staged: Staged, surroundings: Surroundings): Promise<void> {
  const startedAt = performance.now();
  const { problems, examples } = await checkPackage(staged, surroundings).catch((error: unknown) => ({
    problems: [error instanceof Error ? error.message : String(error)],
    examples: 0,
  }));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  const ran = `${examples} example${examples === 1 ? '' : 's'}, Node ${surroundings.nodes.map(({ version }) => version).join(', ')}`;
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'}${seconds} s  ${staged.project.name} (${ran})`);
  for (const problem of problems) console.error(`  ${problem}`);
  counts[problems.length === 0 ? 'passed' : 'failed'] += 1;
}
