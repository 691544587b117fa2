// node tools/docs/module.ts: runs one module of a document, which comes as JSON ({ url, code, lines }) on standard input.
// Nothing is written: for Node the module stands at the address of its document, and finds what a file there would find.
import { registerHooks } from 'node:module';
import { text } from 'node:stream/consumers';
import { expectations } from './expect.ts';

const { url, code, lines }: { url: string; code: string; lines: readonly number[] } = JSON.parse(
  await text(process.stdin),
);
registerHooks({
  resolve: (specifier, context, next) => (specifier === url ? { url, shortCircuit: true } : next(specifier, context)),
  load(address, context, next) {
    if (address !== url) return next(address, context);
    return { format: 'module-typescript', source: code, shortCircuit: true };
  },
});

const { equals, prints, finish } = expectations((line, message) => {
  console.error(`line ${line}: ${message}`);
  process.exitCode = 1;
});
Object.assign(globalThis, { __equals: equals, __prints: prints });
// Not after the import: what the module has started may still print.
process.on('exit', (exitCode) => {
  if (exitCode === 0) finish(lines);
});
await import(url);
