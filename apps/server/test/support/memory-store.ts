import type { NewReport, ReportStore, StoredReport } from '../../src/modules/reports/store.ts';

/** The store's contract, in memory, of projects that everybody sees and nobody owns. */
export function memoryStore(): ReportStore & { readonly kept: readonly NewReport[] } {
  const kept: NewReport[] = [];
  const of = (project: string): NewReport[] => kept.filter((report) => report.project === project).toReversed();
  const view = ({ digest: _digest, body: _body, ...report }: NewReport): StoredReport => report;
  return {
    kept,
    add(report) {
      const [newest] = of(report.project);
      if (newest?.digest === report.digest) return Promise.resolve({ id: newest.id, created: false });
      kept.push(report);
      return Promise.resolve({ id: report.id, created: true });
    },
    projects() {
      const names = [...new Set(kept.map(({ project }) => project))].toSorted();
      return Promise.resolve(
        names.map((name) => ({ name, reports: of(name).length, latest: view(of(name)[0] as NewReport) })),
      );
    },
    history: (project, limit) => Promise.resolve(of(project).slice(0, limit).map(view)),
    find(id) {
      const found = kept.find((report) => report.id === id);
      return Promise.resolve(found && { report: view(found), visibility: 'public' });
    },
    body(id) {
      const found = kept.find((report) => report.id === id);
      return Promise.resolve(found && { report: view(found), body: found.body });
    },
  };
}
