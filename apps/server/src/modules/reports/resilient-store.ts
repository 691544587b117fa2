import { runThrough as run, type StorePipelines } from '../../storage/pipeline.ts';
import type { ReportStore } from './store.ts';

/** The same store; each call runs in its pipeline. */
export function resilientStore(store: ReportStore, { reads, writes }: StorePipelines): ReportStore {
  return {
    add: (report) => run(writes, () => store.add(report)),
    projects: () => run(reads, () => store.projects()),
    history: (project, limit) => run(reads, () => store.history(project, limit)),
    find: (id) => run(reads, () => store.find(id)),
    body: (id) => run(reads, () => store.body(id)),
  };
}
