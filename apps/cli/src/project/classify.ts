import type { FileKind } from '../rules/contract.ts';

const lockfiles: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
]);

const byName: readonly (readonly [RegExp, FileKind])[] = [
  [/^package\.json$/, 'package-json'],
  [/^(?:.*\.)?dockerignore$/, 'dockerignore'],
  [/^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:dockerfile|containerfile)$/i, 'dockerfile'],
  [/^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/, 'compose'],
  [/^\.env(?:\..+)?$|\.env$/, 'env'],
  [/\.(?:[cm]?[jt]s|[jt]sx)$/, 'script'],
  [/\.(?:md|mdx|markdown)$/i, 'markdown'],
  [/\.jsonc?$/, 'json'],
  [/\.ya?ml$/, 'yaml'],
];

/** The kind that a path alone tells. A YAML file may turn out to be a Kubernetes manifest: see `refineYaml`. */
export function classify(path: string): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (lockfiles.has(name)) return 'lockfile';
  if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return 'workflow';
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

/** What the text of a YAML file tells about its kind. A Helm template is YAML only once it is rendered. */
export function refineYaml(text: string): 'kubernetes' | 'yaml' | 'other' {
  if (/\{\{-?\s*(?:[.$"]|\/\*|end\b|if\b|else\b|with\b|range\b|include\b|template\b|define\b|toYaml\b)/.test(text))
    return 'other';
  return /^apiVersion:[ \t]*\S/m.test(text) && /^kind:[ \t]*\S/m.test(text) ? 'kubernetes' : 'yaml';
}

const supportDirectories =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|__fixtures__|mocks?|specs?|e2e|fixtures?|examples?|samples?|demos?|bench(?:marks?)?|scripts?|cypress|\.storybook|stories)\//i;
const supportFiles =
  /(?:\.(?:test|tests|spec|bench|stories|fixture|mock|e2e)(?:-d)?\.(?:[cm]?[jt]s|[jt]sx)|\.d\.[cm]?ts)$/i;
const toolSettings =
  /(?:^|\/)(?:astro|babel|commitlint|cypress|drizzle|esbuild|eslint|jest|karma|knip|lint-staged|metro|next|nuxt|playwright|postcss|prettier|release|rolldown|rollup|stylelint|svelte|tailwind|tsdown|tsup|typedoc|vite|vitest|webpack|wdio)\.config(?:\.\w+)?\.[cm]?[jt]s$|(?:^|\/)(?:gulpfile|gruntfile)\.[cm]?[jt]s$/i;

const rootFiles = /^(?:(?:tests?|bench|benchmarks?|speedtest)|[^/]+\.config)\.[cm]?[jt]s$/i;

/** True for tests, fixtures, examples, benchmarks, scripts, tool configuration and type declarations. */
export function isSupport(path: string): boolean {
  return [supportDirectories, supportFiles, toolSettings, rootFiles].some((pattern) => pattern.test(path));
}
