import { configuration } from './de-configuration.ts';
import { deployment } from './de-deployment.ts';
import { errors } from './de-errors.ts';
import { lifecycle } from './de-lifecycle.ts';
import { observability } from './de-observability.ts';
import { quality } from './de-quality.ts';
import { resilience } from './de-resilience.ts';
import { security } from './de-security.ts';
import type { RuleCatalogue } from './texts.ts';

/** What the rules that come with seaworthy say in German. */
export const germanRules: RuleCatalogue = {
  ...errors,
  ...lifecycle,
  ...observability,
  ...configuration,
  ...resilience,
  ...security,
  ...deployment,
  ...quality,
};
