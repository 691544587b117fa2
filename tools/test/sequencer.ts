import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Their tests run whole programs and scripts, one for minutes: whoever begins with them does not wait for them at the end.
const first = ['tools', 'deploy', 'server', 'cli'];

/** The projects with the longest tests come first, so that no core is idle while the last of them ends. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not the method of arrays
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ project }: TestSpecification): number {
  const place = first.indexOf(project.name);
  return place === -1 ? first.length : place;
}
