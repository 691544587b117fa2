import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { readManifest } from '../repository/projects.ts';
import { entriesOf, type Entries } from './entries.ts';
import { lostUrls, withBuiltWorkers } from './urls.ts';

/**
 * Writes the JavaScript of a package into its `dist`: one file for each entry, and one for what entries share. Whatever
 * is imported by a name (Node, our other packages, third parties) stays an import. Answers with what is wrong.
 *
 * An entry that the index takes names from is a part of it that can be had alone: its file has all that it needs, and the
 * index imports that file.
 */
export async function bundle(folder: string): Promise<readonly string[]> {
  const dist = join(folder, 'dist');
  const entries = entriesOf(folder, readManifest(folder));
  const parts = partsOfIndex(folder, entries);
  const whole = Object.fromEntries(Object.entries(entries).filter(([name]) => parts[name] === undefined));
  const problems: string[] = [];
  const build = await rolldown({
    cwd: folder,
    input: whole,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    platform: 'node',
    // What the compiler options say, so that both read the sources alike.
    tsconfig: join(folder, 'tsconfig.build.json'),
    plugins: [entriesStayWhole(folder, whole), workers],
    onLog: (level, log) => {
      if (level === 'warn') problems.push(log.message);
    },
  });
  try {
    const { output } = await build.write({
      dir: dist,
      format: 'esm',
      entryFileNames: '[name].js',
      // No hash: the names stand in stack traces.
      chunkFileNames: ({ name }) => (parts[name] === undefined ? 'shared-[name].js' : '[name].js'),
      codeSplitting: {
        groups: Object.entries(parts).map(([name, source]) => ({ name, test: isFile(folder, source) })),
      },
      // A part is imported by the names in its source.
      minifyInternalExports: false,
      minify: false,
      sourcemap: true,
      // The sources ship.
      sourcemapExcludeSources: true,
      // The declarations have the documentation.
      comments: { legal: true, annotation: true, jsdoc: false },
    });
    const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
    const written = new Set(output.map(({ fileName }) => fileName));
    for (const { fileName, code } of chunks) problems.push(...lostUrls(fileName, code, written));
    problems.push(...lostParts(parts, written));
    removeOthers(dist, written);
    return problems;
  } finally {
    await build.close();
  }
}

/** The entries that `index.ts` takes names from. */
function partsOfIndex(folder: string, { index, ...others }: Entries): Entries {
  const text = index === undefined ? '' : readFileSync(join(folder, index), 'utf8');
  return Object.fromEntries(
    Object.entries(others).filter(([name]) => text.includes(`} from './${name}.ts'`) && !name.includes('.worker')),
  );
}

function isFile(folder: string, source: string): (id: string) => boolean {
  const path = resolve(folder, source);
  return (id) => id === path;
}

function lostParts(parts: Entries, written: ReadonlySet<string>): readonly string[] {
  const lost = Object.keys(parts).filter((name) => !written.has(`${name}.js`));
  return lost.map((name) => `src/index.ts takes names from ./${name}.ts and none of them is used, so it has no file`);
}

/**
 * A module that imports an entry, as a command does that uses its package by public names, imports the built entry.
 * Otherwise all that the two have in common would move to a third file, and the entry be two files to load.
 */
function entriesStayWhole(folder: string, entries: Entries): Plugin {
  const builtBySource = new Map(Object.entries(entries).map(([name, source]) => [resolve(folder, source), name]));
  return {
    name: 'entries stay whole',
    resolveId(specifier, importer) {
      if (importer === undefined || !specifier.startsWith('.')) return undefined;
      const built = builtBySource.get(resolve(dirname(importer), specifier));
      return built === undefined ? undefined : { id: `./${built}.js`, external: true };
    },
  };
}

const workers: Plugin = {
  name: 'workers',
  transform: {
    filter: { code: '.worker.ts' },
    handler: (code) => ({ code: withBuiltWorkers(code), map: null }),
  },
};

/** What an earlier build wrote and this one did not would be published. */
function removeOthers(dist: string, written: ReadonlySet<string>): void {
  for (const file of globSync('**/*.{js,js.map}', { cwd: dist })) {
    if (!written.has(file.replaceAll('\\', '/'))) rmSync(join(dist, file));
  }
}
