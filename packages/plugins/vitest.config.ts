import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: 'plugins',
      // Plugins that tests write to disk are imported by Node itself, as they are in an application.
      server: { deps: { external: [/\/seaworthy-plugins-[^/]+\//] } },
    },
  }),
);
