// Loaded before a benchmark: the package it measures is the installed release; all else stays as it is.
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const name = process.env['SEAWORTHY_BASELINE_OF'] ?? '';
const manifest = pathToFileURL(process.env['SEAWORTHY_BASELINE_AT'] ?? '').href;
const folder = dirname(manifest);

registerHooks({
  resolve(specifier, context, next) {
    const isMeasured = specifier === name || specifier.startsWith(`${name}/`);
    if (!isMeasured && context.parentURL?.startsWith(folder) !== true) return next(specifier, context);
    // A release is its built files: our own condition would point at its sources.
    const conditions = context.conditions.filter((condition) => condition !== '@seaworthy/source');
    if (!isMeasured) return next(specifier, { ...context, conditions });
    return next(`baseline${specifier.slice(name.length)}`, { ...context, conditions, parentURL: manifest });
  },
});
