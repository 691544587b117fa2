import type { Kysely } from 'kysely';
import { runThrough as run, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import type { Reader } from './rights.ts';
import { createReportStore, type ReportStore } from './store.ts';

/**
 * The same store; each call runs in its pipeline. What is shown to everybody may be a little old: a replica is asked as if somebody
 * without an account had asked, and what it does not find then, the primary decides, by the rights of who asks.
 */
export function resilientStore(store: ReportStore, { reads, writes, replicas }: StorePipelines): ReportStore {
  const read = <Result>(
    question: (place: ReportStore, reader: Reader) => Promise<Result>,
    reader: Reader,
    isEnough: (result: Result) => boolean,
  ): Promise<Result> => {
    const fromPrimary = (): Promise<Result> => run(reads, () => question(store, reader));
    const ask = (db: Kysely<Tables>): Promise<Result> => question(createReportStore(db), undefined);
    return replicas?.()?.read({ ask, about: 'report', isEnough }, fromPrimary) ?? fromPrimary();
  };
  return {
    add: (report, sender) => run(writes, () => store.add(report, sender)),
    projects: (reader) =>
      reader === undefined
        ? read(
            (place) => place.projects(undefined),
            undefined,
            () => true,
          )
        : run(reads, () => store.projects(reader)),
    history: (project, limit, reader) =>
      read(
        (place, as) => place.history(project, limit, as),
        reader,
        (found) => found.length > 0,
      ),
    // Who hears of a report looks for it.
    find: (id) =>
      read(
        (place) => place.find(id),
        undefined,
        (found) => found?.visibility === 'public',
      ),
    body: (id, reader) =>
      read(
        (place, as) => place.body(id, as),
        reader,
        (found) => found !== undefined,
      ),
  };
}
