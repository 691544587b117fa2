import { isExecutable, onPath } from './on-path.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A Chromium to drive: the path in `CHROME_PATH`, else one on the path. */
export const chromium: TestService<string> = {
  name: 'Chromium',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const location = environment['CHROME_PATH'] ?? onPath(environment['PATH'] ?? '', names);
    if (location === undefined) {
      return { available: false, reason: 'no Chromium on the path: install one or set CHROME_PATH' };
    }
    if (!isExecutable(location)) return { available: false, reason: `CHROME_PATH names no program: ${location}` };
    return { available: true, location };
  },
};
