// The files that both sides look at: real JavaScript of packages that this repository installs in versions that its lock file names.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const sources = [
  '@redis/*/dist/lib/**/*.js',
  'kysely/dist/**/*.js',
  'fastify/lib/*.js',
  'ioredis/built/**/*.js',
  'pg/lib/*.js',
  'prom-client/**/*.js',
  'yaml/dist/**/*.js',
  'pino/lib/*.js',
  'winston/lib/**/*.js',
  'express/lib/**/*.js',
  'eslint/lib/**/*.js',
];

export interface Corpus extends Disposable {
  readonly directory: string;
  readonly files: number;
  readonly bytes: number;
}

/** Writes a service of so many scripts; where there are not enough, they come again with another first line. */
export function writeCorpus(count: number): Corpus {
  const directory = mkdtempSync(join(tmpdir(), 'seaworthy-bench-'));
  const paths = realFiles();
  let bytes = 0;
  for (let index = 0; index < count; index += 1) {
    // A step that has no factor in common with the number of files mixes large and small ones.
    const path = paths[(index * 7_919) % paths.length]!;
    const text = `// file ${index}\n${readFileSync(join(modules, path), 'utf8')}`;
    bytes += Buffer.byteLength(text);
    write(directory, `src/part-${Math.floor(index / 50)}/file-${index}.js`, text);
  }
  const manifest = {
    name: 'service',
    version: '1.0.0',
    private: true,
    scripts: { start: 'node src/main.js' },
    dependencies: { fastify: '5.0.0', pg: '8.0.0' },
  };
  write(directory, 'package.json', JSON.stringify(manifest));
  return {
    directory,
    files: count,
    bytes,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function realFiles(): readonly string[] {
  const all = sources.flatMap((pattern) => globSync(pattern, { cwd: modules }));
  return all
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\/node_modules\/|\.(test|spec)\./.test(path))
    .toSorted();
}

function write(directory: string, path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}
