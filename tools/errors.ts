import { defineErrors, type Catalogue } from '@seaworthy/errors';

const definitions = {
  NO_RELEASE: {
    message: '{package} has no release to compare with. Run the benchmark without --baseline until it is published.',
    exitCode: 2,
  },
  NOT_INSTALLED: {
    message: 'npm could not install {package}. Its own message was:\n{output}',
    exitCode: 1,
  },
  NO_BENCHMARK: {
    message: '{package} has no benchmark. Add one as {folder}/bench/<question>.bench.ts.',
    exitCode: 2,
  },
  NO_SOAK: {
    message: '{package} has no long run. Add one as {folder}/soak/<question>.soak.ts.',
    exitCode: 2,
  },
  BAD_MINUTES: {
    message: 'Expected `--minutes` to be a number above 0, got {received}.',
    exitCode: 2,
  },
  UNKNOWN_PACKAGE: {
    message: 'There is no package named {package}. The packages are {known}.',
    exitCode: 2,
  },
  BAD_RESULT: {
    message: '{file} printed a line that is no result: {problem}. The line was {line}',
    exitCode: 1,
  },
  BENCHMARK_FAILED: {
    message: '{file} ended with code {exitCode}. Its own message was:\n{output}',
    exitCode: 1,
  },
  NOT_BUILT: {
    message: '{package} could not be built, so there is nothing to measure. The build said:\n{output}',
    exitCode: 1,
  },
  DEEP_ENTRY: {
    message: 'The entry {entry} lies in a folder. Name it in exports or bin as a file at the top of dist.',
    exitCode: 1,
  },
} as const;

/** What the tools of this repository tell by code. */
export const ToolErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.tools', definitions);
