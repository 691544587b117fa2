import { node } from '../node.ts';
import { expectOptions, expectText } from '../options.ts';
import { failureCode, failureName } from '../failure.ts';
import type { Problem } from '../problems.ts';
import { readText, type FileText } from '../read-text.ts';
import { looseName } from '../shape.ts';
import { bindNames, type NamedText } from './bind-names.ts';
import { emptyReading, failedReading, type ReadContext, type Reading, type Source } from './source.ts';

export interface SecretsDirOptions {
  /** A missing directory is no problem. @default true */
  readonly optional?: boolean;
}

/**
 * A directory of mounted secrets, as Docker and Kubernetes make them: one file for each value, named as loosely as a
 * variable (`db_url`, `db.url`). One line break at the end of a file is not part of the value.
 */
export function secretsDir(path: string, options: SecretsDirOptions = {}): Source {
  expectText('path', path, 'the path of a directory');
  expectOptions<SecretsDirOptions>(options, { optional: true });
  const { optional = true } = options;
  return {
    name: `secrets:${path}`,
    hint: (key) => `file ${node.path.join(path, key)}`,
    read: async (context) => {
      try {
        return await readSecrets(path, context);
      } catch (error) {
        if (optional && failureCode(error) === 'ENOENT') return emptyReading;
        return failedReading(`secrets:${path}`, `could not be read (${failureName(error)}).`);
      }
    },
    directories: ({ cwd }) => [node.path.resolve(cwd, path)],
  };
}

async function readSecrets(path: string, context: ReadContext): Promise<Reading> {
  const { cwd, shape } = context;
  const root = node.path.resolve(cwd, path);
  const found = await node.fs.promises.readdir(root, { withFileTypes: true });
  // Kubernetes keeps the real files in a hidden `..data`; what is meant to be read are the links beside it.
  const names = found.filter((each) => !each.isDirectory() && !each.name.startsWith('.')).map((each) => each.name);
  const problems: Problem[] = [];
  const texts = await Promise.all(
    names.toSorted().map(async (name): Promise<NamedText & Partial<FileText>> => {
      const source = (): string => `secrets:${node.path.join(path, name)}`;
      const key = shape.byName.get(looseName(name))?.key;
      // What is for others may be unreadable, a link to a directory, or large.
      if (key === undefined) return { name, text: '', source };
      try {
        const { text, isCurrent } = await readText(node.path.join(root, name), context);
        return { name, text: text.replace(/\r?\n$/, ''), source, isCurrent };
      } catch (error) {
        problems.push({ key, source: source(), message: `could not be read (${failureName(error)}).` });
        return { name, text: '', source, isCurrent: stillDangling(node.path.join(root, name)) };
      }
    }),
  );
  const reading = bindNames(texts, shape, { unknown: 'typos', spell: (key) => node.path.join(path, key) });
  return {
    values: reading.values,
    problems: [...problems, ...reading.problems],
    isCurrent: texts.flatMap(({ isCurrent }) => isCurrent ?? []),
  };
}

/** A link that leads nowhere may do so for a moment only, while the directory is replaced. */
function stillDangling(path: string): () => boolean {
  return () => !node.fs.existsSync(path) && node.fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
