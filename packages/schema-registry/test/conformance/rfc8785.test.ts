import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/index.ts';
import { expectCases, jsonFilesOf, readJson, withData } from './data.ts';

// The vectors of RFC 8785: what must become of each input, byte by byte.

withData('schema/rfc8785', (directory) => {
  const names = jsonFilesOf(join(directory, 'input'));
  expectCases('RFC 8785', names.length, 6);
  for (const name of names) {
    test(name, () => {
      const output = readFileSync(join(directory, 'output', name));
      expect(Buffer.from(canonicalJson(readJson(join(directory, 'input', name))))).toEqual(output);
    });
  }
});
