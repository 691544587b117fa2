import { join } from 'node:path';
import { entryPoints, type Manifest } from '../repository/projects.ts';
import { auditProblems } from './audit.ts';
import { binProblems } from './bins.ts';
import { createConsumer, type Consumer } from './consumer.ts';
import { copyExamples, exampleProblems } from './examples.ts';
import { importProblems } from './imports.ts';
import type { NodeRelease } from './nodes.ts';
import { sourceMapProblems } from './source-maps.ts';
import type { Staged } from './stage.ts';
import { typeProblems } from './types.ts';

/** What a check of an installed package works with. */
export interface Surroundings {
  readonly root: string;
  /** Address of the local registry. */
  readonly registry: string;
  readonly nodes: readonly Extract<NodeRelease, { path: string }>[];
  /** The package.json of the root. */
  readonly workspace: Manifest;
}

export interface PackageOutcome {
  readonly problems: readonly string[];
  /** How many examples ran on each Node. */
  readonly examples: number;
}

/** Installs one published package alone and does with it what its users do. */
export async function checkPackage(staged: Staged, surroundings: Surroundings): Promise<PackageOutcome> {
  const consumer = await createConsumer(staged, surroundings.registry);
  try {
    return await checkInstalled(consumer, staged, surroundings);
  } finally {
    await consumer.remove();
  }
}

async function checkInstalled(consumer: Consumer, { project }: Staged, around: Surroundings): Promise<PackageOutcome> {
  const { root, nodes, workspace } = around;
  const entries = [...entryPoints(project.manifest, 'default').keys()].map(
    (subpath) => project.name + subpath.slice(1),
  );
  const examples = await copyExamples(consumer, join(root, project.folder));
  const problems = [...sourceMapProblems(consumer.installed)];
  for (const node of nodes) {
    const found = entries.length > 0 ? [...(await importProblems(consumer, node.path, entries))] : [];
    found.push(...(await binProblems(consumer, node.path, project.manifest)));
    for (const file of examples) found.push(...(await exampleProblems(consumer, node.path, file)));
    problems.push(...found.map((problem) => `on Node ${node.version}, ${problem}`));
  }
  if (entries.length > 0) problems.push(...(await typeProblems(consumer, entries, workspace)));
  if (project.manifest.bin && 'seaworthy' in project.manifest.bin) problems.push(...(await auditProblems(consumer)));
  return { problems, examples: examples.length };
}
