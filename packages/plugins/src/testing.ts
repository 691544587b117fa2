export { fakeService, startPlugin } from './testing/start-plugin.ts';
export type { FakeService, LogLine, PluginUnderTest, StartPluginOptions } from './testing/start-plugin.ts';
export { onEachTier } from './testing/tiers.ts';
export type { EachTierOptions } from './testing/tiers.ts';
