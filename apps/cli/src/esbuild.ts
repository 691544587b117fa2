import { relative, resolve } from 'node:path';
import { createCheck, type Check, type Told } from './bundlers/check.ts';
import type { Note } from './bundlers/notes.ts';
import type { BuildOptions } from './bundlers/options.ts';
import { inWords } from './bundlers/words.ts';

export type { BuildOptions };

/** An error or a warning, as esbuild shows it. */
export interface EsbuildMessage {
  text: string;
  /** The id of the rule, or the code of the problem. */
  detail?: string;
  /** The line is 1-based; column and length count bytes. */
  location?: { file: string; line?: number; column?: number; length?: number; lineText?: string };
  notes?: { text: string }[];
}

export interface EsbuildResult {
  errors?: EsbuildMessage[];
  warnings?: EsbuildMessage[];
}

/** What the plugin uses of the build that esbuild gives to it. */
export interface EsbuildBuild {
  readonly initialOptions: { absWorkingDir?: string; metafile?: boolean };
  onStart(callback: () => Promise<EsbuildResult | null>): void;
  onEnd(
    callback: (result: {
      readonly errors: readonly unknown[];
      readonly metafile?: { readonly inputs: object } | undefined;
    }) => Promise<EsbuildResult | null>,
  ): void;
  onDispose(callback: () => void): void;
}

/** A plugin of esbuild. */
export interface EsbuildPlugin {
  name: string;
  setup(build: EsbuildBuild): void;
}

/**
 * Audits the project and fails the build on findings. The first build of all files waits for the audit, so that nothing is written
 * when it fails; later ones of the same context, and those where only files of the build count, go on beside it.
 *
 * @throws seaworthy.cli.BUILD_OPTION_UNKNOWN, seaworthy.cli.BUILD_OPTION_WRONG
 */
export function seaworthy(options: BuildOptions = {}): EsbuildPlugin {
  // Wrong options are told where the plugin is made, not where esbuild calls it.
  createCheck(options);
  return { name: 'seaworthy', setup: (build) => setUp(build, createCheck(options), options.files === 'build') };
}

function setUp(build: EsbuildBuild, check: Check, isOfBuild: boolean): void {
  const root = build.initialOptions.absWorkingDir ?? process.cwd();
  if (isOfBuild) build.initialOptions.metafile = true;
  let isFirst = true;
  let isTold = false;
  const answer = async (inputs: object): Promise<EsbuildResult | null> => {
    isTold = true;
    const files = (): readonly string[] => Object.keys(inputs).map((path) => resolve(root, path));
    try {
      const told = await check.finish(build, files);
      return told === undefined ? null : resultOf(told, root);
    } catch (error) {
      return { errors: [{ text: (await check.describe(error)).trimEnd() }] };
    }
  };
  build.onStart(async () => {
    const isAlone = isFirst && !isOfBuild;
    check.begin(build, { root, isRepeated: !isFirst });
    isFirst = false;
    isTold = false;
    return isAlone ? answer({}) : null;
  });
  build.onEnd(async ({ errors, metafile }) => {
    if (isTold) return null;
    if (errors.length === 0) return answer(metafile?.inputs ?? {});
    check.cancel(build);
    return null;
  });
  build.onDispose(() => void check.close());
}

function resultOf({ failing, others }: Told, root: string): EsbuildResult {
  const message = (note: Note): EsbuildMessage => messageOf(note, root);
  return { errors: failing.map(message), warnings: others.map(message) };
}

function messageOf(note: Note, root: string): EsbuildMessage {
  const { code, headline, advice, place } = note;
  if (place === undefined) return { text: inWords(note), detail: code };
  const { path, line, column = 1, end, lineText = '' } = place;
  const before = lineText.slice(0, column - 1);
  const marked = end?.line === line ? lineText.slice(column - 1, (end?.column ?? column) - 1) : '';
  return {
    text: headline,
    detail: code,
    location: {
      file: relative(root, path),
      ...(line !== undefined && {
        line,
        column: Buffer.byteLength(before),
        length: Buffer.byteLength(marked),
        lineText,
      }),
    },
    notes: advice.map((text) => ({ text })),
  };
}
