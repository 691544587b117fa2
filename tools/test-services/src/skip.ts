import type { TestService } from './service.ts';

/** The part of Vitest's test context that is needed to skip with a reason. */
export interface SkippableTest {
  skip(note?: string): never;
}

/** Where the service is; without it the test is skipped, and `npm test` prints the reason and the count. */
export function skipWithout<Location extends string>(context: SkippableTest, service: TestService<Location>): Location {
  const found = service.find();
  if (!found.available) return context.skip(`needs ${service.name}: ${found.reason}`);
  return found.location;
}
