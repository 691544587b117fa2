// npm run docs:api: writes the API reference of every package, for a browser, to tmp/api.
import { runProgram } from '../process/program.ts';
import { report } from '../check/problem.ts';

const { code, output } = await runProgram('typedoc', []);
report(code === 0 ? [] : [{ where: 'typedoc', message: `\n${output.trim()}` }]);
if (code === 0) console.log('tmp/api/index.html');
