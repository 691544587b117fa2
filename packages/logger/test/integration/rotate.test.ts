// Processes that rotate one file and are killed at random moments. `npm run soak -- logger` does so for much longer.
import { describe, expect, test } from 'vitest';
import { killRepeatedly } from './killing.ts';

const nothingWrong = { missing: [], repeated: [], torn: [], leftovers: [] };

for (const durability of ['adaptive', 'record'] as const) {
  describe(`with durability ${durability}`, () => {
    test('three processes on one file lose none and cut none', async () => {
      const report = await killRepeatedly({ durability, processes: 3, kills: 0, limit: 3000, size: '32k' });
      expect(report).toMatchObject({ ...nothingWrong, records: 9001, acknowledged: 9000 });
      expect(report.files).toBeGreaterThan(10);
    });

    test('what was acknowledged survives SIGKILL in the middle, and nothing is torn', async () => {
      const report = await killRepeatedly({ durability, processes: 2, kills: 2, limit: 5000, size: '64k' });
      expect(report).toMatchObject(nothingWrong);
      expect(report.records).toBeGreaterThanOrEqual(report.acknowledged);
    });
  });
}
