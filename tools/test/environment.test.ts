import { expect, test } from 'vitest';
import { environmentProblems, environmentReads } from '../layers/environment.ts';

const reads = [
  { text: 'const f = () => process.env.PORT;', finds: [{ name: 'PORT', atImport: false }] },
  { text: "function f() { return process.env['PORT']; }", finds: [{ name: 'PORT', atImport: false }] },
  { text: 'const port = process.env.PORT;', finds: [{ name: 'PORT', atImport: true }] },
  { text: 'const f = (name) => process.env[name];', finds: [{ name: undefined, atImport: false }] },
  { text: 'const f = (env = process.env) => env;', finds: [{ name: undefined, atImport: false }] },
  { text: 'const f = () => globalThis.process.env.PORT;', finds: [{ name: 'PORT', atImport: false }] },
  { text: 'const f = () => { const { env } = process; };', finds: [{ name: undefined, atImport: false }] },
  { text: 'const { argv, ...rest } = process;', finds: [{ name: undefined, atImport: true }] },
  {
    text: "const f = (env = process.env) => env['PORT'];",
    finds: [
      { name: undefined, atImport: false },
      { name: 'PORT', atImport: false },
    ],
  },
  {
    text: 'function f({ env = process.env }) { const { PORT: port, HOST } = env; }',
    finds: [
      { name: undefined, atImport: false },
      { name: 'PORT', atImport: false },
      { name: 'HOST', atImport: false },
    ],
  },
  { text: 'const a = process.argv; const b = config.env.PORT; // process.env', finds: [] },
];
for (const { text, finds } of reads) {
  test(`"${text}" reads ${JSON.stringify(finds)}`, () => {
    expect(environmentReads('a.js', text).map(({ name, atImport }) => ({ name, atImport }))).toEqual(finds);
  });
}

const judged = [
  { file: 'apps/cli/src/a.ts', text: 'const f = () => process.env.PORT;', says: 'Pass on what is needed' },
  { file: 'apps/cli/src/process-io.ts', text: 'const f = () => process.env;', says: undefined },
  { file: 'apps/cli/test/a.ts', text: 'const f = () => process.env;', says: undefined },
  { file: 'packages/a/src/a.ts', text: 'const port = process.env.KNOWN;', says: 'when it is imported' },
  { file: 'packages/a/src/a.ts', text: 'const f = () => process.env.KNOWN;', says: undefined },
  { file: 'packages/a/src/a.ts', text: 'const f = () => process.env.OTHER;', says: 'the variable OTHER' },
];
for (const { file, text, says } of judged) {
  test(`"${text}" in ${file} ${says === undefined ? 'is allowed' : `is a problem: ${says}`}`, () => {
    const problems = environmentProblems({ file, text, readme: () => 'It reads `KNOWN`.' });
    expect(problems.map(({ message }) => message.includes(says ?? ''))).toEqual(says === undefined ? [] : [true]);
  });
}
