import { onPath } from './on-path.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** Debian's package `prometheus` has both programs. */
function programOfPrometheus(name: string, program: string): TestService<string> {
  return {
    name,
    find(environment = process.env): Availability<string> {
      const refused = refusedByEnvironment(environment);
      if (refused !== undefined) return { available: false, reason: refused };
      const location = onPath(environment['PATH'] ?? '', [program]);
      return location === undefined
        ? { available: false, reason: `no ${program} on the path: install the package prometheus` }
        : { available: true, location };
    },
  };
}

/** The server that scrapes pages. */
export const prometheus: TestService<string> = programOfPrometheus('Prometheus', 'prometheus');

/** The tool that checks pages and rules. */
export const promtool: TestService<string> = programOfPrometheus('promtool', 'promtool');
