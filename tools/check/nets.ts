/** One net of `npm run check`: the program tools/check/<name>.ts. */
export interface Net {
  readonly name: string;
  /** Nets that write or read the built files take turns; the others run beside them. */
  readonly usesBuild?: true;
}

// The longest starts first. `types` is the first to build, so that the nets after it find everything built.
export const nets: readonly Net[] = [
  { name: 'coverage' },
  { name: 'types', usesBuild: true },
  { name: 'api', usesBuild: true },
  { name: 'package', usesBuild: true },
  { name: 'size', usesBuild: true },
  { name: 'contracts', usesBuild: true },
  { name: 'lint' },
  { name: 'docs' },
  { name: 'layers' },
  { name: 'unused' },
  { name: 'words' },
  { name: 'workflows' },
];
