import { expect, test } from 'vitest';
import { checkNodeVersion } from '../src/node-version.ts';

const cases = [
  { version: '22.18.0', range: '>=22.18', fits: true },
  { version: '22.17.9', range: '>=22.18', fits: false },
  { version: '24.0.0-nightly', range: '>=22.18 <25', fits: true },
  { version: '25.0.0', range: '>=22.18 <25', fits: false },
  { version: '26.1.0', range: '>=22.18 <25 || >=26', fits: true },
  { version: 'v22.18.1', range: '=22.18.1', fits: true },
  { version: '22.18.1', range: '>22.18.1', fits: false },
  { version: '22.18.1', range: '<=22.18.1', fits: true },
];
for (const { version, range, fits } of cases) {
  test(`Node ${version} ${fits ? 'fits' : 'does not fit'} ${range}`, () => {
    expect(checkNodeVersion(version, range)).toHaveLength(fits ? 0 : 1);
  });
}
