import { runThrough as run, type StorePipelines } from '../../storage/pipeline.ts';
import type { ReportStore } from './store.ts';

/** The same store; each call runs in its pipeline. */
export function resilientStore(store: ReportStore, { reads, writes }: StorePipelines): ReportStore {
  return {
    add: (report, sender) => run(writes, () => store.add(report, sender)),
    projects: (reader) => run(reads, () => store.projects(reader)),
    history: (project, limit, reader) => run(reads, () => store.history(project, limit, reader)),
    find: (id) => run(reads, () => store.find(id)),
    body: (id, reader) => run(reads, () => store.body(id, reader)),
  };
}
