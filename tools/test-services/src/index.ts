export { chromium } from './chromium.ts';
export { prometheus, promtool } from './prometheus.ts';
export { skipWithout } from './skip.ts';
export type { Availability, TestService } from './service.ts';
