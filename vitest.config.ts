import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests wait for processes and timers more than they compute: two files at a time, also on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
