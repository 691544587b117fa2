import { defineConfig } from 'vitest/config';
import LongestFirst from './tools/test/sequencer.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: ['packages/*', 'apps/*', 'tools/*/vitest.config.ts'],
    coverage: {
      provider: 'v8',
      // Patterns are matched from each project's own folder.
      include: ['src/**/*.ts'],
      exclude: ['**/fixtures/**'],
      reporter: ['json-summary', 'json'],
    },
  },
});
