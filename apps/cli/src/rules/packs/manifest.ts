import type { Rule } from '../contract.ts';
import { missingLockfile } from '../missing-lockfile/rule.ts';
import { noEngines } from '../no-engines/rule.ts';
import { noLicence } from '../no-licence/rule.ts';
import { noPipeline } from '../no-pipeline/rule.ts';
import { noRunInstructions } from '../no-run-instructions/rule.ts';
import { noTestScript } from '../no-test-script/rule.ts';
import { nodeEndOfLife } from '../node-end-of-life/rule.ts';

/** Rules about package.json and the documents beside it. */
export const manifestRules: readonly Rule[] = [
  noEngines,
  nodeEndOfLife,
  missingLockfile,
  noTestScript,
  noLicence,
  noRunInstructions,
  noPipeline,
];
