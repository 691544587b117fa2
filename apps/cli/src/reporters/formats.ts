import type { Reporter } from './reporter.ts';

/** The names that `--format` takes. */
export const formats = ['pretty', 'compact', 'json', 'github', 'markdown', 'sarif', 'junit', 'html'] as const;

export type Format = (typeof formats)[number];

const loaders: Readonly<Record<Format, () => Promise<Reporter>>> = {
  pretty: async () => (await import('./pretty.ts')).pretty,
  compact: async () => (await import('./compact.ts')).compact,
  json: async () => (await import('./json.ts')).json,
  github: async () => (await import('./github.ts')).github,
  markdown: async () => (await import('./markdown.ts')).markdown,
  sarif: async () => (await import('./sarif.ts')).sarif,
  junit: async () => (await import('./junit.ts')).junit,
  html: async () => (await import('./html.ts')).html,
};

/** Formats that people read, in their language; the others are the same in every language. */
export const formatsForPeople: ReadonlySet<Format> = new Set(['pretty', 'markdown', 'html']);

/** Loads the one reporter that is needed. */
export function loadReporter(format: Format): Promise<Reporter> {
  return loaders[format]();
}
