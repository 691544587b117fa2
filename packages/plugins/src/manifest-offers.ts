import { isSpdx } from './manifest-licence.ts';
import { textProblems } from './manifest-placement.ts';
import type { PluginManifest } from './manifest.ts';
import { isRecord, isStrings, show, unknownNames } from './manifest-values.ts';

/** What is wrong with what it says that it will do, and when. */
export function offerProblems(manifest: PluginManifest): readonly string[] {
  const { activation, contributes, licence, stateVersion, configVersion } = manifest;
  const problems = [...offers(contributes), ...activationProblems(activation, manifest)];
  if (licence !== undefined && !isSpdx(licence)) {
    problems.push(`has the licence ${show(licence)}; write an SPDX expression such as "MIT"`);
  }
  for (const [name, version] of Object.entries({ stateVersion, configVersion })) {
    if (version === undefined || (Number.isSafeInteger(version) && version > 0)) continue;
    problems.push(`has \`${name}\` ${show(version)}; write a whole number above 0`);
  }
  return problems;
}

const lists = ['events', 'rules', 'categories'] as const;

function offers(contributes: unknown): readonly string[] {
  if (contributes === undefined) return [];
  if (!isRecord(contributes)) return [`has \`contributes\` ${show(contributes)}; write an object`];
  const { commands, config } = contributes;
  const problems = [
    ...lists.flatMap((name) => textProblems(`contributes.${name}`, contributes[name])),
    ...unknownNames('contributes', contributes, ['commands', 'config', ...lists]),
  ];
  if (commands !== undefined && !isCommands(commands)) {
    problems.push('has `contributes.commands` that is not a list of { "id", "title" }');
  }
  if (config !== undefined && !isRecord(config)) problems.push('has `contributes.config` that is not a JSON Schema');
  return problems;
}

function isCommands(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCommand);
}

function isCommand(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, title } = value;
  return typeof id === 'string' && id !== '' && (title === undefined || typeof title === 'string');
}

const moment = /^(?:start|(?<kind>command|event|service):(?<id>.+))$/;

function activationProblems(activation: unknown, manifest: PluginManifest): readonly string[] {
  if (activation === undefined) return [];
  if (!isStrings(activation) || activation.length === 0) {
    return ['has `activation` that is not a list such as ["command:greet"]'];
  }
  return activation.flatMap((event) => {
    const match = moment.exec(event);
    if (!match) return [`has the activation ${show(event)}; write start, command:<id>, event:<id> or service:<id>`];
    return undeclared(match.groups?.['kind'], match.groups?.['id'] ?? '', manifest);
  });
}

/** A command or service that wakes a plugin must be one that it offers: nobody could ask for it otherwise. */
function undeclared(
  kind: string | undefined,
  id: string,
  { contributes, provides }: PluginManifest,
): readonly string[] {
  const commands: unknown = contributes?.commands;
  if (kind === 'command' && !(Array.isArray(commands) && commands.some((one) => isRecord(one) && one['id'] === id))) {
    return [`is activated by the command "${id}", which is not in \`contributes.commands\``];
  }
  if (kind === 'service' && !(isStrings(provides) && provides.includes(id))) {
    return [`is activated by the service "${id}", which is not in \`provides\``];
  }
  return [];
}
