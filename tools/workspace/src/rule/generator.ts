import { join } from 'node:path';
import { formatFiles, generateFiles, names, type Tree } from '@nx/devkit';
import { withGerman, withOneMoreRule, withRule, withRuleSetting } from './register.ts';

interface Options {
  readonly name: string;
  readonly pack: string;
}

const home = 'apps/cli/src/rules';

// The whole report of an example, which says how many rules have looked at it.
const exampleReport = 'apps/cli/examples/faulty-service/expected.json';

// What editors know of the settings, each rule among them.
const settingsSchema = 'apps/cli/config.schema.json';

// The German texts of the category that the small rule is of.
const germanTexts = 'apps/cli/src/i18n/rules/de-errors.ts';

/** Adds a rule of the audit: a folder with a small working rule, its explanation and fixtures, listed in a pack, in both languages. */
export default async function ruleGenerator(tree: Tree, { name, pack }: Options): Promise<() => void> {
  const folder = `${home}/${name}`;
  const packFile = `${home}/packs/${pack}.ts`;
  if (tree.exists(`${folder}/rule.ts`)) throw new Error(`${folder} is already there. Choose another name.`);
  const packText = tree.read(packFile, 'utf8');
  if (packText === null) throw new Error(`There is no pack "${pack}". The packs are ${packsOf(tree).join(', ')}.`);
  const rule = names(name).propertyName;
  const id = nextId(ruleTexts(tree));
  const title = name.replaceAll('-', ' ');
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, {
    name,
    rule,
    id,
    title,
  });
  tree.write(packFile, withRule(packText, name, rule));
  tree.write(settingsSchema, withRuleSetting(tree.read(settingsSchema, 'utf8') ?? '', id, title));
  tree.write(germanTexts, withGerman(tree.read(germanTexts, 'utf8') ?? '', id, title));
  tree.write(exampleReport, withOneMoreRule(tree.read(exampleReport, 'utf8') ?? ''));
  await formatFiles(tree);
  return () =>
    console.log(
      `Start with ${folder}/rule.ts, its fixtures, and its German texts at the end of ${germanTexts}; npm test -- cli says whether they agree.`,
    );
}

function packsOf(tree: Tree): readonly string[] {
  return tree.children(`${home}/packs`).map((file) => file.replace(/\.ts$/, ''));
}

function ruleTexts(tree: Tree): readonly string[] {
  return tree.children(home).map((folder) => tree.read(`${home}/${folder}/rule.ts`, 'utf8') ?? '');
}

/** The first id after all that are in use: an id is never given twice. */
export function nextId(texts: readonly string[]): string {
  const numbers = texts.flatMap((text) =>
    [...text.matchAll(/\bid: 'SEA-R(\d{3})'/g)].map(([, digits]) => Number(digits)),
  );
  return `SEA-R${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
}
