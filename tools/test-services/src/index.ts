export { chromium } from './chromium.ts';
export { skipWithout } from './skip.ts';
export type { Availability, TestService } from './service.ts';
