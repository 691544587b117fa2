import { availableParallelism } from 'node:os';
import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions: string[] = ['@seaworthy/source', ...defaultServerConditions];

// Unit and integration tests live apart (test/ and test/integration/) and their coverage is measured apart.
const kind = process.env['SEAWORTHY_TEST_KIND'];
const include = kind === 'integration' ? ['test/integration/**/*.test.ts'] : ['test/**/*.test.ts'];
const exclude = ['**/node_modules/**', 'test/fixtures/**', ...(kind === 'unit' ? ['test/integration/**'] : [])];

/** The settings every package's tests share. */
export const shared: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    environment: 'node',
    include,
    exclude,
    // Tests wait for processes and timers more than they compute, integration tests most of their time.
    maxWorkers: kind === 'integration' ? 2 * availableParallelism() : Math.max(2, availableParallelism() - 1),
    passWithNoTests: kind === 'integration',
    // A new process for each file takes half a second: too much for files that only compute. What leaks from one file into
    // the next fails there, and a file that failed is repeated alone (decision 85).
    isolate: kind !== 'unit',
    // Tests, hooks and polls outlast a machine that stalls for seconds, again and again.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
