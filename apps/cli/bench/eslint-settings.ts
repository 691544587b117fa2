import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { builtinRules } from 'eslint/use-at-your-own-risk';

/** Where ESLint's own command stands. */
export const eslint: string = createRequire(import.meta.url)
  .resolve('eslint/package.json')
  .replace(/package\.json$/, 'bin/eslint.js');

/** Writes a configuration with so many of ESLint's own rules: by name, deprecated ones left out. Each is a warning, as most are by default. */
export function writeEslintSettings(directory: string, count: number): string {
  const names = [...builtinRules].filter(([, { meta }]) => meta?.deprecated === undefined).map(([name]) => name);
  if (names.length < count) throw new Error(`ESLint has only ${names.length} rules.`);
  const rules = Object.fromEntries(
    names
      .toSorted()
      .slice(0, count)
      .map((name) => [name, 'warn']),
  );
  const path = join(directory, 'eslint.config.mjs');
  const options = { files: ['**/*.js'], languageOptions: { ecmaVersion: 'latest', sourceType: 'module' }, rules };
  writeFileSync(path, `export default [${JSON.stringify(options)}];\n`);
  return path;
}
