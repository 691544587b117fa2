// npm run check:types [-- <folder> …]: TypeScript over every package, app, test, benchmark, example and tool.
import { runProgram } from '../process/program.ts';
import { problemsOf } from './programs.ts';
import { report, type Problem } from './problem.ts';

// Two TypeScripts are installed: 7.0.2 as `tsc`, and 6.0 as the API that Nx and TypeDoc load. npm decides by the
// order of names which of them gets `node_modules/.bin/tsc`, so what was found there is looked at.
const wanted = '7.0.2';

report([...(await wrongCompiler()), ...(await problemsOf(['tsc', '-b', ...process.argv.slice(2)]))]);

async function wrongCompiler(): Promise<readonly Problem[]> {
  const { stdout } = await runProgram('tsc', ['--version']);
  if (stdout.trim() === `Version ${wanted}`) return [];
  return [{ where: 'tsc', message: `Expected TypeScript ${wanted}, got \`${stdout.trim()}\`. Run npm ci.` }];
}
