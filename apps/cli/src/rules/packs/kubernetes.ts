import type { Rule } from '../contract.ts';
import { kubernetesNoLivenessProbe } from '../kubernetes-no-liveness-probe/rule.ts';
import { kubernetesNoReadinessProbe } from '../kubernetes-no-readiness-probe/rule.ts';
import { kubernetesSecretCommitted } from '../kubernetes-secret-committed/rule.ts';
import { noDisruptionBudget } from '../no-disruption-budget/rule.ts';
import { noResourceLimits } from '../no-resource-limits/rule.ts';
import { sameProbeTwice } from '../same-probe-twice/rule.ts';
import { singleReplica } from '../single-replica/rule.ts';

/** Rules about Kubernetes manifests. */
export const kubernetesRules: readonly Rule[] = [
  kubernetesNoReadinessProbe,
  kubernetesNoLivenessProbe,
  sameProbeTwice,
  kubernetesSecretCommitted,
  noResourceLimits,
  singleReplica,
  noDisruptionBudget,
];
