// node --conditions=@seaworthy/source scripts/config-schema.ts: writes config.schema.json, which editors read, from the settings and
// the rules. A test says when it is out of date.
import { writeFileSync } from 'node:fs';

import { loadPacks } from '../src/engine/packs.ts';
import { packs } from '../src/rules/packs.ts';
import { settingsSchema } from './settings-schema.ts';

await using loaded = await loadPacks(packs);
const schema = settingsSchema(loaded.rules.map(({ rule }) => rule));
writeFileSync(new URL('../config.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
