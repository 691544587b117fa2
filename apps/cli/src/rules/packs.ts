import { definePack } from '../engine/pack.ts';
import type { RulePackPlugin } from '../engine/packs.ts';
import { codeRules } from './packs/code.ts';
import { containerRules } from './packs/container.ts';
import { kubernetesRules } from './packs/kubernetes.ts';
import { manifestRules } from './packs/manifest.ts';
import { observabilityRules } from './packs/observability.ts';
import { pipelineRules } from './packs/pipeline.ts';
import { securityRules } from './packs/security.ts';

/** The rules that come with seaworthy, as plugins: one pack for each theme. */
export const packs: readonly RulePackPlugin[] = [
  definePack({ id: 'seaworthy.code', rules: codeRules }),
  definePack({ id: 'seaworthy.observability', rules: observabilityRules }),
  definePack({ id: 'seaworthy.security', rules: securityRules }),
  definePack({ id: 'seaworthy.manifest', rules: manifestRules }),
  definePack({ id: 'seaworthy.container', rules: containerRules }),
  definePack({ id: 'seaworthy.kubernetes', rules: kubernetesRules }),
  definePack({ id: 'seaworthy.pipeline', rules: pipelineRules }),
];
