import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import type { PluginCode, PluginManifest } from '../../src/index.ts';
import { describeFinding, scanImports, scanPlugin } from '../../src/trust.ts';
import type { ImportPolicy, ScanOptions } from '../../src/trust.ts';
import { prepareLexer, scanModule } from '../../src/scan/module.ts';
import { tokenize } from '../../src/scan/tokens.ts';
import { packages } from '../packages.ts';
import { evasions } from './evasions.ts';

const signal = new AbortController().signal;

interface Look extends ScanOptions {
  readonly manifest?: Partial<PluginManifest>;
}

/** What is found in a package of these files. */
async function look(
  files: Readonly<Record<string, string>>,
  { manifest, ...options }: Look = {},
): Promise<readonly string[]> {
  await using disk = await packages();
  for (const [file, text] of Object.entries({ 'package.json': '{"name":"evil"}', ...files }))
    await disk.write(`evil/${file}`, text);
  return (await scanPlugin(codeIn(disk.path, manifest), options)).map(describeFinding);
}

function codeIn(path: string, manifest: Partial<PluginManifest> = {}): PluginCode {
  const directory = pathToFileURL(join(path, 'evil/'));
  return {
    id: 'evil',
    version: '1.0.0',
    directory,
    entry: new URL('index.js', directory),
    manifest: { id: 'evil', ...manifest },
  };
}

const one = (code: string, policy: ImportPolicy = {}): Promise<readonly string[]> =>
  look({ 'index.js': code }, { policy });

describe('evasions', () => {
  for (const { title, code, found, file = 'index.js', others = {} } of evasions) {
    test(`${title}: ${found ?? 'not found'}`, async () => {
      const findings = (await look({ [file]: code, ...others })).join('\n');
      expect(findings).toMatch(found === undefined ? /^$/ : new RegExp(`\\(${found}\\)`));
    });
  }

  test('the guide says how many are found', () => {
    const count = evasions.filter(({ found }) => found !== undefined).length;
    const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/trust-plugins.md'), 'utf8');
    expect(guide.replaceAll(/\s+/g, ' ')).toContain(`finds ${count} of ${evasions.length} evasions`);
  });
});

describe('a finding', () => {
  test('says where it is, from 1, in any kind of lines', async () => {
    expect(await one(`// a\r\n\u2028  import fs from 'fs';\n`)).toEqual([
      'index.js:3:3 imports a module of Node: node:fs (builtin)',
    ]);
  });
  test('comes for every file, whether anything imports it or not', async () => {
    const findings = await look({
      'index.js': '',
      'lib/deep/x.mjs': `import 'fs'`,
      'y.cjs': `require("child_process")`,
    });
    expect(findings).toEqual([
      'lib/deep/x.mjs:1:1 imports a module of Node: node:fs (builtin)',
      'y.cjs:1:1 imports a module of Node: node:child_process (builtin)',
    ]);
  });
  test('comes for every import of a file, minified or not', async () => {
    const code = `import a from"fs";import*as b from"x";export*from"node:net";export{c}from"@s/y/z";import("dns").then(_=>_);`;
    expect((await one(code)).map((each) => each.split(': ')[1])).toEqual([
      'node:fs (builtin)',
      'x (package)',
      'node:net (builtin)',
      '@s/y/z (package)',
      'node:dns (builtin)',
    ]);
  });
});

describe('code that does nothing of the kind has no findings', () => {
  const codes: readonly (readonly [title: string, code: string])[] = [
    [
      'words in comments and texts',
      `// eval('1')\n/* new Function */ const a = "require('fs')" + 'globalThis' + \`import('x')\`;`,
    ],
    ['words in regular expressions', `const a = /eval\\(|require\\(|import\\(/.test(text) ? /[/'"]/ : a / b / c;`],
    ['words in longer words', `const evaluate = retrieval(FunctionComponent, requirement);`],
    [
      'types and prototypes',
      `a instanceof Function; Function.prototype.call.bind(a); this.constructor.name; x.constructor === Y;`,
    ],
    [
      'a class with a constructor',
      `class A extends B { constructor(x) { super(x); } static { this.y = 1; } #p = 1; get if() { return 2 } }`,
    ],
    [
      'known names of globals',
      `globalThis.structuredClone(a); process.platform; typeof require; typeof globalThis === 'object';`,
    ],
    [
      'an object with numbers and texts as names',
      `const a = { [b]: 1, 'c': 2 }['c']; list[0]; list[list.length - 1]; map["key"];`,
    ],
    ['where the module lies', `new URL('./a.json', import.meta.url); import.meta.dirname; import.meta.filename;`],
    [
      'its own modules',
      `import './a.js'; export * from '../lib/b.js'; await import('./c.js'); import d from './d.json' with { type: 'json' };`,
    ],
    ['templates in templates', 'const a = `${b ? `${c} eval(1)` : /`/.test(d)} require(e)`;'],
    ['division after a bracket', `const a = (b) / 2 / c[0] / 3; if (x) /eval/.test(y); a++ / 2; b\n/ 3;`],
    ['an arrow function and a regular expression', `list.map((x) => /'/.test(x)); const f = (x) => x / 2;`],
    ['a member that is called import', `loader.import('fs'); const a = { import: 1 };`],
  ];
  for (const [title, code] of codes) {
    test(title, async () => {
      expect(await look({ 'lib/index.js': code })).toEqual([]);
    });
  }

  test('packages that it brings along, and itself', async () => {
    const files = {
      'index.js': `import 'evil/lib'; import 'brought/deep'; import 'stranger';`,
      'node_modules/brought/package.json': '{"name":"brought"}',
      'node_modules/brought/deep.js': `import '../../index.js'`,
    };
    expect(await look(files)).toEqual(['index.js:1:43 imports another package: stranger (package)']);
  });

  test('a mapped name of its own', async () => {
    const json = '{"name":"evil","imports":{"#a":"./a.js","#in/*":["./in/*.js",null]}}';
    expect(await look({ 'package.json': json, 'index.js': `import '#a'; import '#in/b';`, 'a.js': '' })).toEqual([]);
  });
});

describe('what the policy allows', () => {
  const permissions = { imports: ['node:path', 'node:fs/promises', 'lodash', 'fs'] };
  const code = `import 'path'; import 'node:fs/promises'; import 'fs'; import 'lodash/get'; import '@acme/a';`;
  const allowed = async (
    policy: ImportPolicy,
    manifest: Partial<PluginManifest> = { permissions },
  ): Promise<readonly string[]> =>
    (await look({ 'index.js': code }, { policy, manifest })).map((each) => each.replace(/^.*: /, ''));

  test('is nothing without a policy', async () => {
    expect(await allowed({})).toHaveLength(5);
  });
  test('are modules of Node by name, with or without the prefix, and below a name', async () => {
    expect(await allowed({ builtins: ['node:path', 'fs'] })).toEqual([
      'node:fs/promises (builtin)',
      'lodash/get (package)',
      '@acme/a (package)',
    ]);
    expect(await allowed({ builtins: ['node:path', 'node:fs*'] })).toEqual([
      'lodash/get (package)',
      '@acme/a (package)',
    ]);
    expect(await allowed({ builtins: ['*'] })).toEqual(['lodash/get (package)', '@acme/a (package)']);
  });
  test('are packages by name, and all of a scope', async () => {
    expect(await allowed({ builtins: ['*'], packages: ['lodash', '@acme/*'] })).toEqual(['@acme/a (undeclared)']);
    expect(await allowed({ builtins: ['*'], packages: ['*'], allow: ['undeclared'] })).toEqual([]);
  });
  test('has to be in the permissions of the manifest, or a dependency of it', async () => {
    const policy = { builtins: ['*'], packages: ['*'] };
    expect(await allowed(policy, { dependencies: { lodash: '*', '@acme/a': '*' } })).toEqual([
      'node:path (undeclared)',
      'node:fs/promises (undeclared)',
      'node:fs (undeclared)',
    ]);
  });
  test('are whole kinds of findings', async () => {
    expect(await one(`eval('1'); new Function('');`, { allow: ['eval'] })).toEqual([]);
  });
  test('a name like that of an allowed one is another', async () => {
    expect(await one(`import 'lodash-evil';`, { packages: ['lodash'] })).toHaveLength(1);
    expect(await one(`import 'pathological';`, { builtins: ['path'], packages: ['path'] })).toHaveLength(1);
  });
});

describe('files that cannot be read', () => {
  const broken: readonly (readonly [title: string, code: string])[] = [
    ['a text without an end', `const a = 'x;\nconst b = 1;`],
    ['a template without an end', 'const a = `x'],
    ['a comment without an end', 'const a = 1; /* x'],
    ['brackets that do not match', 'const a = (1];'],
    ['brackets without an end', 'function a() {'],
    ['bytes that are no text', '\u0000\ufffd\ufffd}'],
  ];
  for (const [title, code] of broken) {
    test(title, async () => {
      expect((await one(code)).join('\n')).toContain('(unreadable)');
    });
  }
  test('a file that is too large', async () => {
    const findings = await look({ 'index.js': '// '.padEnd(5000, 'x') }, { maxModuleBytes: 4096 });
    expect(findings).toEqual(['index.js cannot be read: it has 5000 bytes (unreadable)']);
  });
  test('a file of a megabyte on one line is read', async () => {
    const code = `${'a=b?c:d;'.repeat(130_000)}eval('1')`;
    expect(await one(code)).toEqual(['index.js:1:1040001 makes code out of text: eval (eval)']);
  });
});

test('no text makes the scanner throw, and every place lies in the file', async () => {
  await prepareLexer();
  const part = fc.constantFrom(
    ...'import export from eval Function require ( ) [ ] { } ${ ` \' " / /* */ // \\ . ? \n a 1 ++ <!-- => = ,'.split(
      ' ',
    ),
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(part, { maxLength: 30 }).map((all) => all.join(' ')),
      ),
      (code) => {
        const lines = code.split(/\r\n|[\n\r\u2028\u2029]/);
        for (const { line, column } of scanModule('a.js', code)) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 2);
        }
        let before = 0;
        for (const { start, end } of tokenize(code).tokens) {
          expect(start).toBeGreaterThanOrEqual(before);
          before = end;
        }
      },
    ),
    { numRuns: 200 },
  );
});

describe('the examiner', () => {
  test('refuses with all findings in the error', async () => {
    await using disk = await packages();
    await disk.add('evil', {}, { 'index.js': `import 'fs';\n`.repeat(12) });
    const error = await scanImports()
      .examine(codeIn(disk.path), { signal })
      .catch((thrown: unknown) => thrown);
    expect(PluginErrors.IMPORTS_REFUSED.is(error) && error.params.findings).toHaveLength(12);
    expect(String(error)).toContain('- index.js:10:1 imports a module of Node: node:fs (builtin)\n- and 2 more');
  });

  test('lets pass in the mode warn, and tells', async () => {
    await using disk = await packages();
    await disk.add('evil', {}, { 'index.js': `import 'fs'` });
    const told: string[] = [];
    const onFindings: ScanOptions['onFindings'] = ({ id }, findings) => told.push(`${id} ${findings.length}`);
    await scanImports({ mode: 'warn', onFindings }).examine(codeIn(disk.path), { signal });
    expect(told).toEqual(['evil 1']);
  });

  test('reads the modules of the same files once, and judges them each time', async () => {
    await using disk = await packages();
    await disk.add('evil', {}, { 'index.js': `import 'fs'` });
    const stored: string[] = [];
    const kept = new Map();
    const cache: ScanOptions['cache'] = {
      get: (digest) => kept.get(digest),
      set: (digest, scanned) => stored.push(digest) && kept.set(digest, scanned),
    };
    const code = codeIn(disk.path, { permissions: { imports: ['fs'] } });
    expect(await scanPlugin(code, { cache })).toHaveLength(1);
    expect(await scanPlugin(code, { cache, policy: { builtins: ['fs'] } })).toEqual([]);
    expect(stored).toHaveLength(1);
    await disk.write('evil/index.js', `import 'net'`);
    expect((await scanPlugin(code, { cache })).map(({ detail }) => detail)).toEqual(['node:net']);
    expect(stored).toHaveLength(2);
  });
});
