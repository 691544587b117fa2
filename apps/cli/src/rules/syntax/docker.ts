import type { DockerInstruction, ProjectFile, ProjectView } from '../contract.ts';

/** The Dockerfiles that build what runs in production. */
export function dockerfiles(project: ProjectView): readonly ProjectFile[] {
  return project.files('dockerfile').filter(({ isSupport }) => !isSupport);
}

/** What becomes the image that runs in production. */
export interface RunningImage {
  /** The image at the bottom, with its tag; empty when the file has no stage. */
  readonly base: string;
  /** The instructions of its stage, after those of the stages that it stands on. */
  readonly instructions: readonly DockerInstruction[];
  /** The numbers of these stages. */
  readonly stages: readonly number[];
}

/** Follows the stage that runs in production down to its base image: a stage hands on what the one below has set. */
export function runningImage(file: ProjectFile): RunningImage {
  const bases = baseImages(file);
  const stages: number[] = [];
  let base = bases.findLast(({ name }) => !besides.test(name ?? '')) ?? bases.at(-1);
  for (; base; base = stageBelow(base, bases)) stages.unshift(base.instruction.stage);
  const { instructions } = file.docker();
  return {
    stages,
    base: bases.find(({ instruction }) => instruction.stage === stages[0])?.image ?? '',
    instructions: stages.flatMap((stage) =>
      instructions.filter((each) => each.stage === stage && each.keyword !== 'ARG'),
    ),
  };
}

// Stages that are there to develop or to test, often the last of a file.
const besides = /^(dev|development|test|tests|testing|e2e|debug|ci|lint)$/;

function stageBelow({ image, isStage, instruction }: BaseImage, bases: readonly BaseImage[]): BaseImage | undefined {
  if (!isStage) return undefined;
  return bases.findLast(
    ({ name, instruction: { stage } }) => name === image.toLowerCase() && stage < instruction.stage,
  );
}

/** The last instruction of this kind, which is the one that counts. */
export function lastOf(instructions: readonly DockerInstruction[], keyword: string): DockerInstruction | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword);
}

/** A base image: what `FROM` names, with the defaults of arguments filled in. */
export interface BaseImage {
  readonly instruction: DockerInstruction;
  /** With its tag, e.g. `node:24-slim`. */
  readonly image: string;
  /** Whether it is an earlier stage of this file. */
  readonly isStage: boolean;
  /** What the stage itself is called, in lower case. */
  readonly name?: string;
}

/** The base image of each stage, in order. */
export function baseImages(file: ProjectFile): readonly BaseImage[] {
  const { instructions } = file.docker();
  const names = new Set<string>();
  return instructions
    .filter(({ keyword }) => keyword === 'FROM')
    .map((instruction) => {
      const words = instruction.arguments.split(/\s+/).filter((word) => !word.startsWith('--'));
      const image = fillIn(words[0] ?? '', argumentDefaults(instructions));
      const isStage = names.has(image.toLowerCase());
      const name = words[1]?.toUpperCase() === 'AS' ? words[2]?.toLowerCase() : undefined;
      if (name === undefined) return { instruction, image, isStage };
      names.add(name);
      return { instruction, image, isStage, name };
    });
}

/** The words of a command, in exec form (`["node", "main.js"]`) or shell form (`node main.js`). */
export function commandOf({ arguments: text }: DockerInstruction): {
  readonly words: readonly string[];
  readonly isShell: boolean;
} {
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words)) return { words: words.map(String), isShell: false };
  } catch {
    // Not the exec form.
  }
  return { words: text.trim().split(/\s+/), isShell: true };
}

function argumentDefaults(instructions: readonly DockerInstruction[]): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const { keyword, arguments: text } of instructions) {
    const [, name, value] = /^(\w+)=["']?([^"'\s]*)/.exec(keyword === 'ARG' ? text : '') ?? [];
    if (name !== undefined && value !== undefined) defaults.set(name, value);
  }
  return defaults;
}

function fillIn(text: string, defaults: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (whole, braced?: string, fallback?: string, plain?: string) => {
      const name = braced ?? plain ?? '';
      return defaults.get(name) ?? fallback ?? whole;
    },
  );
}
