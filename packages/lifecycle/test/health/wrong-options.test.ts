// Options of checks as JavaScript gives them: what is misspelt would do nothing.
import { expect, test } from 'vitest';
import { diskCheck, eventLoopCheck, httpCheck, LifecycleErrors, memoryCheck } from '../../src/index.ts';

const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  (): unknown =>
    Reflect.apply(make, undefined, args);

const cases: readonly (readonly [string, () => unknown])[] = [
  ['`options` to be an object, got `null` (null)', call(memoryCheck, null)],
  ['`options` to be an object, got `null` (null)', call(eventLoopCheck, null)],
  ['`options` to be an object, got `5` (number)', call(diskCheck, '/', 5)],
  ['`options` to be an object of maxHeapRatio, got `maxRatio` (string)', call(memoryCheck, { maxRatio: 0.5 })],
  ['`options` to be an object of maxLagMs, got `lagMs` (string)', call(eventLoopCheck, { lagMs: 5 })],
  ['`options` to be an object of minFreeBytes, got `minFree` (string)', call(diskCheck, '/', { minFree: 5 })],
  ['`url` to be a text that is not empty, got `undefined` (undefined)', call(httpCheck, undefined)],
  ['`url` to be a text that is not empty, got `Symbol(s)` (symbol)', call(httpCheck, Symbol('s'))],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected ${says} (${index})`, () => {
    expect(make).toThrow(`Expected ${says}`);
    expect(make).toThrow(LifecycleErrors.INVALID_OPTION);
  });
}
