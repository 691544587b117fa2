import { expect, test } from 'vitest';
import { changeRandomly } from './file-changes.ts';

test(
  '1,000 random changes of files are all answered: good ones used, bad ones refused',
  { timeout: 180_000 },
  async () => {
    const reports = await Promise.all(Array.from({ length: 20 }, (_, index) => changeRandomly(index + 1, 50)));
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    const kinds = new Set(reports.flatMap(({ done }) => Object.keys(done)));
    expect(kinds.size).toBe(11);
    const total = reports.flatMap(({ done }) => Object.values(done)).reduce((sum, each) => sum + each, 0);
    expect(total).toBe(1_000);
  },
);
