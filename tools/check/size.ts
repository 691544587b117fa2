// npm run check:size [-- <package> …] [--list]: every entry of every package stays within its budget in .size-limit.json. Needs a build.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mapLimited } from '../process/limit.ts';
import { readProjects } from '../repository/projects.ts';
import { root } from '../repository/root.ts';
import { budgetProblems, parseBytes, readBudgets } from '../size/budgets.ts';
import { measure } from '../size/measure.ts';
import { report } from './problem.ts';

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' } } });
const isWanted = (id: string | undefined): boolean => wanted.length === 0 || wanted.includes(id ?? '');
const budgets = readBudgets(root).filter(({ path }) => isWanted(path.split('/')[1]));
const over = await mapLimited(budgets, 2, async (budget) => {
  if (!existsSync(join(root, budget.path))) return `${budget.path} is not there; run npm run build`;
  const bytes = await measure(root, budget.path);
  if (values.list === true) console.log(`${budget.name.padEnd(40)} ${bytes} B of ${budget.limit}`);
  return bytes <= parseBytes(budget.limit) ? undefined : `is ${bytes} B, and its budget is ${budget.limit}`;
});
report([
  ...budgetProblems(
    budgets,
    readProjects(root).filter(({ id }) => isWanted(id)),
  ),
  ...budgets.flatMap(({ name: where }, index) => {
    const message = over[index];
    return message === undefined ? [] : [{ where, message }];
  }),
]);
