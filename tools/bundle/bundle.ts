import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { rolldown, type OutputAsset, type OutputChunk, type Plugin } from 'rolldown';
import { readManifest } from '../repository/projects.ts';
import { entriesOf, type Entries } from './entries.ts';
import { lostUrls, withBuiltWorkers } from './urls.ts';

/**
 * Writes the JavaScript of a package into its `dist`: one file for each entry, and one for what entries share. Whatever
 * is imported by a name (Node, our other packages, third parties) stays an import. Answers with what is wrong.
 *
 * An entry that the index takes names from is a part of it that can be had alone: it is built by itself, and the index has
 * a copy of it, because one more file takes longer to load than what is in it. For the same reason an entry whose source
 * begins with `// Built by itself` has its own copy of what it needs.
 */
export async function bundle(folder: string): Promise<readonly string[]> {
  const entries = entriesOf(folder, readManifest(folder));
  const parts = partsOfIndex(folder, entries);
  const separate = separateEntries(folder, entries);
  const isAlone = (name: string): boolean => parts[name] !== undefined || separate[name] !== undefined;
  const whole = Object.fromEntries(Object.entries(entries).filter(([name]) => !isAlone(name)));
  const alone = Object.entries({ ...parts, ...separate }).map(([name, source]) => ({ [name]: source }));
  const built: Built[] = [await build(folder, whole, { ...whole, ...separate })];
  for (const input of alone) built.push(await build(folder, input, input));
  const written = new Set(built.flatMap(({ files }) => files.map(({ fileName }) => fileName)));
  const chunks = built.flatMap(({ files }) => files).filter((file): file is OutputChunk => file.type === 'chunk');
  const lost = chunks.flatMap(({ fileName, code }) => lostUrls(fileName, code, written));
  removeOthers(join(folder, 'dist'), written);
  return [...built.flatMap(({ problems }) => problems), ...lost];
}

interface Built {
  readonly files: readonly (OutputChunk | OutputAsset)[];
  readonly problems: readonly string[];
}

async function build(folder: string, input: Entries, known: Entries): Promise<Built> {
  const problems: string[] = [];
  const bundler = await rolldown({
    cwd: folder,
    input,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    platform: 'node',
    // What the compiler options say, so that both read the sources alike.
    tsconfig: join(folder, 'tsconfig.build.json'),
    plugins: [entriesStayWhole(folder, known), workers],
    onLog: (level, log) => {
      if (level === 'warn') problems.push(log.message);
    },
  });
  try {
    const { output } = await bundler.write({
      dir: join(folder, 'dist'),
      format: 'esm',
      entryFileNames: '[name].js',
      // No hash: the names stand in stack traces.
      chunkFileNames: 'shared-[name].js',
      // V8 reads short names of parameters and variables in two thirds of the time; what a stack trace shows stays.
      minify: { compress: false, mangle: { toplevel: false, keepNames: true }, codegen: { removeWhitespace: false } },
      sourcemap: true,
      // The sources ship.
      sourcemapExcludeSources: true,
      // The declarations have the documentation.
      comments: { legal: true, annotation: true, jsdoc: false },
    });
    return { files: output, problems };
  } finally {
    await bundler.close();
  }
}

/** The entries that `index.ts` takes names from. */
function partsOfIndex(folder: string, { index, ...others }: Entries): Entries {
  const text = index === undefined ? '' : readFileSync(join(folder, index), 'utf8');
  return Object.fromEntries(
    Object.entries(others).filter(([name]) => text.includes(`} from './${name}.ts'`) && !name.includes('.worker')),
  );
}

/** The entries that say so in their first line. */
function separateEntries(folder: string, entries: Entries): Entries {
  const says = (source: string): boolean => readFileSync(join(folder, source), 'utf8').startsWith('// Built by itself');
  return Object.fromEntries(Object.entries(entries).filter(([, source]) => says(source)));
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
