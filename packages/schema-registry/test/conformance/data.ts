import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Runs a suite on its folder of public data, which is not part of this repository.
 *
 * Without SEAWORTHY_CONFORMANCE_DATA, or without the folder in it, the suite is one skipped test that says so.
 */
export function withData(folder: string, suite: (directory: string) => void): void {
  const data = process.env['SEAWORTHY_CONFORMANCE_DATA'];
  const isThere = data !== undefined && existsSync(join(data, folder));
  if (isThere) return suite(join(data, folder));
  const why = data === undefined ? 'names no folder' : `names a folder without ${folder}`;
  return test('the data is there', (context) => {
    if (!isThere) context.skip(`needs public data: SEAWORTHY_CONFORMANCE_DATA ${why}`);
    expect(isThere).toBe(true);
  });
}

export function readJson(path: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function jsonFilesOf(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.json'));
}

/** A suite that is cut short must not pass. */
export function expectCases(suite: string, count: number, least: number): void {
  if (count < least) throw new Error(`${suite} has ${count} cases, and at least ${least} were expected`);
}
