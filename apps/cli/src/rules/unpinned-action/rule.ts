import type { ProjectView, Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workflows } from '../syntax/workflows.ts';
import { asText, pick } from '../syntax/values.ts';

export const unpinnedAction: Rule = {
  id: 'SEA-R086',
  title: 'action of others not pinned',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'Whoever takes over that repository runs code with the secrets of yours.',
  fix: 'Pin it to the full commit, with the version in a comment, and let a bot move it.',
  explain: explanation('unpinned-action'),
  check(project) {
    const own = ownerOf(project);
    return workflows(project).flatMap(({ file, jobs, at }) =>
      jobs.flatMap(({ steps, spec, path }) =>
        [{ spec, path }, ...steps].flatMap((use) => {
          const action = asText(use.spec['uses']);
          if (!isForeign(action) || isPinned(action) || action.startsWith(`${own}/`)) return [];
          return [
            { file: file.path, position: at([...use.path, 'uses']), message: `\`${action}\` can change at any time.` },
          ];
        }),
      ),
    );
  },
};

/** The owner of the repository that package.json names. */
function ownerOf({ manifest }: ProjectView): string | undefined {
  const url = asText(pick(manifest, 'repository', 'url') ?? manifest?.['repository']);
  return /(?:github\.com[/:]|^(?:github:)?)([\w.-]+)\/[\w.-]+$/.exec(url)?.[1];
}

/** Neither of this repository nor of GitHub itself. */
function isForeign(action: string): boolean {
  return /^[\w.-]+\/[\w./-]+@/.test(action) && !/^(actions|github)\//.test(action);
}

function isPinned(action: string): boolean {
  return /@([0-9a-f]{40}|[0-9a-f]{64})$/.test(action);
}
