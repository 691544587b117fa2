import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { asMapping, asText, pick } from '../syntax/values.ts';

export const flagWithoutOwner: Rule = {
  id: 'SEA-R139',
  title: 'feature flag without an owner',
  category: 'quality',
  severity: 'info',
  version: 1,
  why: 'Nobody knows whether the flag may be turned or removed, so it stays for ever and is turned by mistake.',
  fix: 'Name the team under `metadata.owner` of the flag, or of the whole file.',
  explain: explanation('flag-without-owner'),
  // What counts as a file of flags is told by its shape alone; that has to prove itself first.
  flag: 'flag-without-owner',
  check: (project) =>
    project
      .files('json')
      .filter(({ isSupport }) => !isSupport)
      .flatMap(look),
};

function look(file: ProjectFile): readonly RuleFinding[] {
  if (!file.text.includes('"variants"')) return [];
  const { value, locate } = file.json();
  if (asText(pick(value, 'metadata', 'owner')) !== '') return [];
  return Object.entries(asMapping(pick(value, 'flags')))
    .filter(([, flag]) => isFlag(flag) && asText(pick(flag, 'metadata', 'owner')) === '')
    .map(([key]) => ({
      file: file.path,
      position: locate(['flags', key]),
      message: `The feature flag ${JSON.stringify(key)} has no owner.`,
    }));
}

/** As flagd's format has it. */
function isFlag(value: unknown): boolean {
  const state = pick(value, 'state');
  return (state === 'ENABLED' || state === 'DISABLED') && Object.keys(asMapping(pick(value, 'variants'))).length > 0;
}
