import type { Rule } from '../contract.ts';
import { composeWaitsForStartOnly } from '../compose-waits-for-start-only/rule.ts';
import { developmentDependenciesInImage } from '../development-dependencies-in-image/rule.ts';
import { floatingImageTag } from '../floating-image-tag/rule.ts';
import { installIgnoresLockfile } from '../install-ignores-lockfile/rule.ts';
import { missingDockerignore } from '../missing-dockerignore/rule.ts';
import { noImageHealthcheck } from '../no-image-healthcheck/rule.ts';
import { nodeEnvNotProduction } from '../node-env-not-production/rule.ts';
import { npmAsPid1 } from '../npm-as-pid-1/rule.ts';
import { privilegedContainer } from '../privileged-container/rule.ts';
import { remoteScriptPipedToShell } from '../remote-script-piped-to-shell/rule.ts';
import { rootContainer } from '../root-container/rule.ts';
import { secretInImage } from '../secret-in-image/rule.ts';
import { shellFormStart } from '../shell-form-start/rule.ts';

/** Rules about Dockerfiles and Compose files. */
export const containerRules: readonly Rule[] = [
  npmAsPid1,
  shellFormStart,
  composeWaitsForStartOnly,
  nodeEnvNotProduction,
  rootContainer,
  floatingImageTag,
  remoteScriptPipedToShell,
  privilegedContainer,
  secretInImage,
  noImageHealthcheck,
  missingDockerignore,
  installIgnoresLockfile,
  developmentDependenciesInImage,
];
