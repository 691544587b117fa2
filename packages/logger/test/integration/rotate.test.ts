import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { finish, indexesOf, start } from './programs.ts';

const names = ['a', 'b', 'c'];

for (const durability of ['adaptive', 'record']) {
  const ending = durability === 'record' ? 'are killed' : 'end';
  test(`three processes that rotate one file and ${ending} lose no line and cut none`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'seaworthy-rotating-'));
    try {
      await Promise.all(
        names.map((name) => finish(start('rotating', [join(directory, 'shared.log'), name, durability]))),
      );
      const files = readdirSync(directory).filter((name) => !name.endsWith('.tmp'));
      const texts = files
        .map((name) => readFileSync(join(directory, name)))
        .map((bytes, index) => {
          return String(files[index]?.endsWith('.gz') ? gunzipSync(bytes) : bytes);
        });
      const wanted = names.flatMap((name) => Array.from({ length: 1000 }, (_, index) => `${name}-${index}`));
      expect(files.length).toBeGreaterThan(10);
      const found = indexesOf(texts.join(''));
      expect(found).toHaveLength(wanted.length);
      expect(new Set(found)).toEqual(new Set(wanted));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
