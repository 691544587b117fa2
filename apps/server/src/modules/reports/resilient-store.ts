import type { PipelineOptions } from '@seaworthy/resilience';
import { ServerErrors } from '../../errors.ts';
import type { ReportStore } from './store.ts';

/** How the store is called: what locks it for a moment, another process that writes or a backup, is waited out. */
export const storePipeline: PipelineOptions = {
  totalTimeoutMs: 5_000,
  retry: {
    max: 3,
    firstMs: 20,
    maxMs: 200,
    when: ServerErrors.STORE_UNAVAILABLE.is,
  },
};

/** The part of a resilience pipeline that the store runs in. */
export interface StorePipeline {
  execute<Result>(task: () => Promise<Result>): Promise<Result>;
}

/** The same store; each call runs in the pipeline. */
export function resilientStore(store: ReportStore, pipeline: StorePipeline): ReportStore {
  return {
    add: (report) => pipeline.execute(() => store.add(report)),
    projects: () => pipeline.execute(() => store.projects()),
    history: (project, limit) => pipeline.execute(() => store.history(project, limit)),
    body: (id) => pipeline.execute(() => store.body(id)),
  };
}
