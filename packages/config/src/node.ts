import type * as AsyncHooks from 'node:async_hooks';
import type * as Crypto from 'node:crypto';
import type * as Diagnostics from 'node:diagnostics_channel';
import type * as Fs from 'node:fs';
import type * as Os from 'node:os';
import type * as Path from 'node:path';
import type * as Url from 'node:url';
import type * as Util from 'node:util';

/**
 * Node's own modules, without what `import 'node:fs'` would cost: an import evaluates every lazy part of such a module
 * (streams, web crypto, MIME types), some milliseconds for a program that only wants to read a file.
 */
export const node = {
  get asyncHooks(): typeof AsyncHooks {
    return process.getBuiltinModule('node:async_hooks');
  },
  get crypto(): typeof Crypto {
    return process.getBuiltinModule('node:crypto');
  },
  get diagnostics(): typeof Diagnostics {
    return process.getBuiltinModule('node:diagnostics_channel');
  },
  get fs(): typeof Fs {
    return process.getBuiltinModule('node:fs');
  },
  get os(): typeof Os {
    return process.getBuiltinModule('node:os');
  },
  get path(): typeof Path {
    return process.getBuiltinModule('node:path');
  },
  get url(): typeof Url {
    return process.getBuiltinModule('node:url');
  },
  get util(): typeof Util {
    return process.getBuiltinModule('node:util');
  },
} as const;
