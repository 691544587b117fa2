import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const load = createRequire(import.meta.url);

/** The YAML library: seventy modules, which a project without YAML does not wait for. */
export function loadYaml(): typeof Yaml {
  const yaml: typeof Yaml = load('yaml');
  return yaml;
}
