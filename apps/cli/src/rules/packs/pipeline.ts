import type { Rule } from '../contract.ts';
import { jobWithoutTimeout } from '../job-without-timeout/rule.ts';
import { pullRequestTargetCheckout } from '../pull-request-target-checkout/rule.ts';
import { unpinnedAction } from '../unpinned-action/rule.ts';
import { workflowScriptInjection } from '../workflow-script-injection/rule.ts';
import { workflowWithoutPermissions } from '../workflow-without-permissions/rule.ts';

/** Rules about GitHub workflows. */
export const pipelineRules: readonly Rule[] = [
  unpinnedAction,
  workflowWithoutPermissions,
  workflowScriptInjection,
  pullRequestTargetCheckout,
  jobWithoutTimeout,
];
