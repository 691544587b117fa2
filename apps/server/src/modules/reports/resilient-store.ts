import type { Kysely } from 'kysely';
import { runThrough as run, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import { createReportStore, type ReportStore } from './store.ts';

/** The same store; each call runs in its pipeline, and what is read may be a little old. */
export function resilientStore(store: ReportStore, { reads, writes, replicas }: StorePipelines): ReportStore {
  const read = <Result>(
    question: (place: ReportStore) => Promise<Result>,
    isEnough: (result: Result) => boolean,
  ): Promise<Result> => {
    const fromPrimary = (): Promise<Result> => run(reads, () => question(store));
    // Who hears of a report looks for it.
    const stale = { ask: (db: Kysely<Tables>) => question(createReportStore(db)), about: 'report' as const, isEnough };
    return replicas?.()?.read(stale, fromPrimary) ?? fromPrimary();
  };
  const isThere = (found: unknown): boolean => found !== undefined;
  return {
    add: (report) => run(writes, () => store.add(report)),
    projects: () =>
      read(
        (place) => place.projects(),
        () => true,
      ),
    history: (project, limit) =>
      read(
        (place) => place.history(project, limit),
        (found) => found.length > 0,
      ),
    find: (id) => read((place) => place.find(id), isThere),
    body: (id) => read((place) => place.body(id), isThere),
  };
}
