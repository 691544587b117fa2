import { nodeUrl } from '../node-modules.ts';
import type { Location } from '../problem.ts';

/** A place in a file that is certainly known. */
export interface FileLocation extends Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The first frame of a stack that is in a file of the program, not of Node or a dependency. */
export function topFrame(stack: string): FileLocation | undefined {
  for (const line of stack.split('\n')) {
    const match = /^\s+at (?:.*\()?(.+?):(\d+):(\d+)\)?$/.exec(line);
    const file = match === null ? undefined : pathOf(match[1] ?? '');
    if (file !== undefined) return { file, line: Number(match?.[2]), column: Number(match?.[3]) };
  }
  return undefined;
}

function pathOf(place: string): string | undefined {
  if (place.startsWith('node:') || place.includes('node_modules') || place === '<anonymous>') return undefined;
  if (!place.startsWith('file:')) return place;
  try {
    return nodeUrl().fileURLToPath(place);
  } catch {
    return undefined;
  }
}
