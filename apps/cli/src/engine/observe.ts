import type { FileKind, ProjectFile, ProjectView } from '../rules/contract.ts';

/** A view for one rule, and whether the rule found anything to look at. */
export interface ObservedView {
  readonly view: ProjectView;
  /** True once the rule was given a file, the manifest, or an answer about a path. */
  hasLooked(): boolean;
}

/**
 * Notes whether a rule has anything to look at: a category whose rules all found no Dockerfile, for example, has no score.
 * What a rule only asks to find out whether it applies (`shape`, `dependencies`) does not count.
 *
 * @param onUse Called when the rule asks for anything.
 */
export function observe(view: ProjectView, onUse: () => void = () => {}): ObservedView {
  let looked = false;
  const note = <T>(answer: T, counts: boolean): T => {
    looked ||= counts;
    onUse();
    return answer;
  };
  return {
    hasLooked: () => looked,
    view: {
      files(...kinds: readonly FileKind[]): readonly ProjectFile[] {
        const files = view.files(...kinds);
        return note(files, files.length > 0);
      },
      file(path: string): ProjectFile | undefined {
        const file = view.file(path);
        return note(file, file !== undefined);
      },
      has: (path: string): boolean => note(view.has(path), true),
      get manifest() {
        return note(view.manifest, view.manifest !== undefined);
      },
      get dependencies() {
        return note(view.dependencies, false);
      },
      get shape() {
        return note(view.shape, false);
      },
    },
  };
}
