// Loaded into npm: answers for the public service that has the keys of well-known registries, which does not know this one.
const { realpathSync } = require('node:fs');
const { dirname } = require('node:path');

const npm = dirname(realpathSync(process.argv[1]));
// A dependency of npm, found from npm: none of ours.
const client = '@sigstore/tuf';
const path = require.resolve(client, { paths: [npm] });
const unknown = Object.assign(new Error('there is no such target'), { code: 'TUF_FIND_TARGET_ERROR' });
const initTUF = () => Promise.resolve({ getTarget: () => Promise.reject(unknown) });
require.cache[path] = { id: path, filename: path, loaded: true, exports: { initTUF } };
