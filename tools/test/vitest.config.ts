import { join } from 'node:path';
import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({ root: join(import.meta.dirname, '..'), test: { name: 'tools', testTimeout: 240_000 } }),
);
