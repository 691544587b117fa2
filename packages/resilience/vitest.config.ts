import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Tests and polls must outlast a machine that stalls for seconds, again and again.
const waits = { testTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };

export default mergeConfig(shared, defineProject({ test: { name: 'resilience', ...waits } }));
