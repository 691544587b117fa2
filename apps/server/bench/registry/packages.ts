import { createHash, randomBytes } from 'node:crypto';

/** A package as both registries are given it: what it says of itself, and one archive. */
export interface BenchPackage {
  readonly name: string;
  readonly versions: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly readme: string;
  readonly archive: Buffer;
  readonly sha256: string;
  readonly integrity: string;
  readonly shasum: string;
}

export const isQuick: boolean = process.argv.includes('--quick');

const asked = process.argv.find((word) => word.startsWith('--packages='))?.slice('--packages='.length);

/** 10,000, some for a first look, or as many as `--packages=3000` says; each result has the number in its name. */
export const packageCount: number = Number(asked ?? (isQuick ? 500 : 10_000));

const archiveBytes = 20_480;

const words =
  'anchor ballast beacon bilge bow buoy cabin canvas capstan chart compass crew deck dinghy dock draft ebb ferry flag fleet galley harbor helm hull keel knot lantern mast mooring oar pilot port reef rope rudder sail shore sonar stern tide tiller voyage wave wharf winch'.split(
    ' ',
  );

/** Noise, as compressed bytes are; each archive differs from all others. */
const noise = randomBytes(archiveBytes);

export function* benchPackages(count: number = packageCount): Generator<BenchPackage> {
  for (let index = 0; index < count; index += 1) yield benchPackage(index);
}

export function nameOf(index: number): string {
  return `${word(index)}-${word(index * 7 + 3)}-${index}`;
}

function benchPackage(index: number): BenchPackage {
  const archive = Buffer.from(noise);
  archive.writeUInt32LE(index, 0);
  const name = nameOf(index);
  return {
    name,
    versions: ['1.1.0'],
    manifest: manifestOf(name, index),
    readme: `# ${name}\n\n${Array.from({ length: 120 }, (_, at) => word(index + at * 3)).join(' ')}\n`,
    archive,
    ...digestsOf(archive),
  };
}

export function digestsOf(archive: Buffer): Pick<BenchPackage, 'sha256' | 'integrity' | 'shasum'> {
  return {
    sha256: createHash('sha256').update(archive).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    shasum: createHash('sha1').update(archive).digest('hex'),
  };
}

function manifestOf(name: string, index: number): Readonly<Record<string, unknown>> {
  const dependencies = Object.fromEntries([1, 2, 3, 4].map((step) => [nameOf(index + step), '^1.0.0']));
  return {
    description: `The ${word(index + 11)} of the ${word(index + 5)}, with a ${word(index * 3)}`,
    keywords: [word(index), word(index + 17), word(index + 29)],
    license: 'MIT',
    main: 'index.js',
    type: 'module',
    engines: { node: '>=22' },
    scripts: { test: 'node --test', build: 'tsc -p tsconfig.json' },
    author: { name: `Team ${word(index + 2)}` },
    repository: { type: 'git', url: `git+https://example.com/${name}.git` },
    dependencies,
  };
}

function word(index: number): string {
  return words[index % words.length] as string;
}
