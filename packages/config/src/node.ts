/**
 * Node's own modules, without what `import 'node:fs'` would cost: an import evaluates every lazy part of such a module
 * (streams, web crypto, MIME types), some milliseconds for a program that only wants to read a file.
 */
export const node = {
  get crypto(): typeof import('node:crypto') {
    return process.getBuiltinModule('node:crypto');
  },
  get diagnostics(): typeof import('node:diagnostics_channel') {
    return process.getBuiltinModule('node:diagnostics_channel');
  },
  get fs(): typeof import('node:fs') {
    return process.getBuiltinModule('node:fs');
  },
  get path(): typeof import('node:path') {
    return process.getBuiltinModule('node:path');
  },
  get url(): typeof import('node:url') {
    return process.getBuiltinModule('node:url');
  },
  get util(): typeof import('node:util') {
    return process.getBuiltinModule('node:util');
  },
} as const;
