import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../bundle/bundle.ts';
import { entriesOf } from '../bundle/entries.ts';
import { sourceMapProblems } from '../pack/source-maps.ts';
import { run } from '../process/run.ts';

const manifest = {
  name: 'bundled',
  version: '1.0.0',
  type: 'module',
  bin: { bundled: './dist/bin.js' },
  exports: {
    '.': { '@seaworthy/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './testing': { types: './dist/testing.d.ts', default: './dist/testing.js' },
    './package.json': './package.json',
  },
} as const;

const sources = {
  'package.json': JSON.stringify(manifest),
  'tsconfig.build.json': '{ "compilerOptions": { "target": "es2023" } }',
  'src/index.ts': "export { count } from './state.ts';\nexport { start } from './inner/start.ts';\n",
  'src/testing.ts': "export { count as counted } from './state.ts';\n",
  'src/state.ts': 'let times: number = 0;\nexport function count(): number {\n  return (times += 1);\n}\n',
  'src/bin.ts': "#!/usr/bin/env node\nimport { count } from './index.ts';\nconsole.log(count());\n",
  'src/inner/start.ts':
    "import { Worker } from 'node:worker_threads';\nexport function start(): Worker {\n  return new Worker(new URL('./echo.worker.ts', import.meta.url));\n}\n",
  'src/inner/echo.worker.ts': "import { parentPort } from 'node:worker_threads';\nparentPort?.postMessage('hello');\n",
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-bundle-'));
  for (const [file, text] of Object.entries(sources)) write(file, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** What a program prints that has the built package at hand. */
async function printed(code: string): Promise<string> {
  // A file: a program given as text hands that it was to its workers.
  write('use.mjs', code);
  const { stdout, output } = await run(process.execPath, ['use.mjs'], { cwd: folder });
  return stdout === '' ? output : stdout.trim();
}

describe('the entries of a package', () => {
  test('are what exports and bin name, and its workers', () => {
    expect(entriesOf(folder, manifest)).toEqual({
      index: 'src/index.ts',
      testing: 'src/testing.ts',
      bin: 'src/bin.ts',
      'echo.worker': 'src/inner/echo.worker.ts',
    });
  });

  test('lie at the top of dist: another place is refused', () => {
    const deep = { ...manifest, bin: { bundled: './dist/cli/bin.js' } };
    expect(() => entriesOf(folder, deep)).toThrow('dist/cli/bin.js');
  });
});

describe('the bundle of a package', () => {
  test('has a file for each entry and one for what they share', async () => {
    expect(await bundle(folder)).toEqual([]);
    const built = readdirSync(join(folder, 'dist')).filter((file) => file.endsWith('.js'));
    expect(built.toSorted()).toEqual(['bin.js', 'echo.worker.js', 'index.js', 'shared-state.js', 'testing.js']);
  });

  test('entries share their state', async () => {
    await bundle(folder);
    const code = `import { count } from 'bundled'; import { counted } from 'bundled/testing'; count(); console.log(counted());`;
    expect(await printed(code)).toBe('2');
  });

  test('a command imports the entry that it uses, and keeps its first line', async () => {
    await bundle(folder);
    const text = readFileSync(join(folder, 'dist/bin.js'), 'utf8');
    expect(text.split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(text).toContain('from "./index.js"');
    expect(await printed("import './dist/bin.js';")).toBe('1');
  });

  test('a worker starts from a module that was in another folder', async () => {
    await bundle(folder);
    const code = `import { start } from 'bundled'; start().once('message', (text) => console.log(text));`;
    expect(await printed(code)).toBe('hello');
  });

  describe('an entry that the index takes names from', () => {
    beforeEach(() => {
      const { exports } = manifest;
      const withPart = { ...manifest, exports: { ...exports, './part': { default: './dist/part.js' } } };
      write('package.json', JSON.stringify(withPart));
      write(
        'src/part.ts',
        "import { count } from './state.ts';\nexport const twice = (): number => count() + count();\n",
      );
      write('src/index.ts', "export { count } from './state.ts';\nexport { twice } from './part.ts';\n");
      write('src/testing.ts', "export { count as counted } from './index.ts';\n");
    });

    test('is one file, and the index is another that has a copy of it', async () => {
      expect(await bundle(folder)).toEqual([]);
      const built = readdirSync(join(folder, 'dist')).filter((file) => file.endsWith('.js'));
      expect(built.toSorted()).toEqual(['bin.js', 'echo.worker.js', 'index.js', 'part.js', 'testing.js']);
      for (const file of ['part.js', 'index.js']) {
        expect(readFileSync(join(folder, 'dist', file), 'utf8')).not.toContain('import ');
      }
      const code = `const part = await import('./dist/part.js');\nconst { count } = await import('./dist/index.js');\nconsole.log(part.twice(), count());\n`;
      expect(await printed(code)).toBe('3 1');
    });

    test('has a source map that leads to the sources', async () => {
      await bundle(folder);
      expect(sourceMapProblems(folder)).toEqual([]);
    });
  });

  test('an entry that says so is built by itself, others import it, and the index has nothing of it', async () => {
    const { exports } = manifest;
    const withRare = { ...manifest, exports: { ...exports, './rare': { default: './dist/rare.js' } } };
    write('package.json', JSON.stringify(withRare));
    write(
      'src/rare.ts',
      "// Built by itself: rare.\nimport { count } from './state.ts';\nexport const rare = (): number => 10 + count();\n",
    );
    write('src/index.ts', "export { count } from './state.ts';\n");
    write('src/testing.ts', "export { count as counted } from './index.ts';\nexport { rare } from './rare.ts';\n");
    expect(await bundle(folder)).toEqual([]);
    const text = (file: string): string => readFileSync(join(folder, 'dist', file), 'utf8');
    expect(text('rare.js')).not.toContain('import ');
    expect(text('index.js')).not.toMatch(/import |rare/);
    expect(text('testing.js')).toContain('./rare.js');
    const code = `const { rare } = await import('./dist/rare.js');\nconst { count } = await import('./dist/index.js');\nconsole.log(rare(), count());\n`;
    expect(await printed(code)).toBe('11 1');
  });

  test('keeps the names that a stack trace shows, and its lines', async () => {
    write(
      'src/state.ts',
      'export function count(numberOfTimes: number = 1): number {\n  return fail(numberOfTimes);\n}\nfunction fail(numberOfTimes: number): number {\n  throw new Error(`${numberOfTimes}`);\n}\n',
    );
    await bundle(folder);
    const text = readFileSync(join(folder, 'dist/shared-state.js'), 'utf8');
    expect(text).not.toContain('numberOfTimes');
    expect(text.split('\n').length).toBeGreaterThan(6);
    const code = `import { count } from 'bundled';\ntry { count() } catch (error) { console.log(/at (\\w+)[^]*?at (\\w+)/.exec(error.stack).slice(1).join(' ')) }\n`;
    expect(await printed(code)).toBe('fail count');
  });

  test('source maps lead to the sources', async () => {
    await bundle(folder);
    expect(sourceMapProblems(folder)).toEqual([]);
  });

  test('what an earlier build left is removed', async () => {
    write('dist/state.js', 'old');
    write('dist/state.js.map', 'old');
    write('dist/state.d.ts', 'kept: the compiler writes it');
    await bundle(folder);
    expect(['js', 'js.map', 'd.ts'].filter((end) => existsSync(join(folder, `dist/state.${end}`)))).toEqual(['d.ts']);
  });

  test('packages and Node stay imports', async () => {
    write('src/state.ts', "import zod from 'zod';\nexport const count = (): unknown => zod;\n");
    expect(await bundle(folder)).toEqual([]);
    expect(readFileSync(join(folder, 'dist/shared-state.js'), 'utf8')).toContain('from "zod"');
  });

  test('a file beside a module that is no longer beside it is a problem', async () => {
    write('src/state.ts', "export const count = (): URL => new URL('./words.json', import.meta.url);\n");
    expect((await bundle(folder)).join('\n')).toContain('"./words.json", and dist has no words.json');
  });

  test.each([
    ["import.meta.url.endsWith('.ts') ? './echo.ts' : './echo.js'"],
    ['`./${name}.worker.ts`'],
    ["'./' + name"],
  ])('a path beside a module that is computed is a problem: %s', async (path) => {
    write('src/state.ts', `export const count = (name = 'echo'): URL => (name, new URL(${path}, import.meta.url));\n`);
    expect((await bundle(folder)).join('\n')).toContain('computes a path: new URL(');
  });

  test('a module that is not there fails with its name', async () => {
    write('src/state.ts', "export { count } from './gone.ts';\n");
    await expect(bundle(folder)).rejects.toThrow('gone.ts');
  });
});
