import { isList, read, severities } from './meta.ts';
import { createErrorClass } from './error-class.ts';
import { quoted } from './plain.ts';
import { httpStatusOfRpc } from './rpc.ts';
import { partsOf } from './template.ts';
import type { ErrorDefinition, SchemaLike } from './types.ts';

/**
 * Made here once more, as errors.ts has it: the catalogue that lists it is itself made by `defineErrors`.
 *
 * @throws `seaworthy.errors.BAD_DEFINITION`
 */
export function refuse(problem: string): never {
  const BadDefinition = createErrorClass('seaworthy.errors.BAD_DEFINITION', { message: '{problem}', exitCode: 70 });
  throw new BadDefinition({ problem });
}

/**
 * Refuses a definition that would fail later, when the error is made and nobody looks. Answers with the parts of the
 * message. It runs for every error of a program when that starts, so it makes nothing that it does not need.
 */
export function checkDefinition(code: string, definition: ErrorDefinition): readonly string[] {
  const { message } = definition;
  if (typeof message !== 'string' || message === '') unexpected('`message` to be a text', code, message);
  const parts = partsOf(message);
  for (let index = 0; index < parts.length; index += 2) checkText(parts[index] ?? '', code, message);
  for (const [option, value] of Object.entries(definition)) {
    if (value === undefined || option === 'message') continue;
    const expected = expectedInstead(option, value, code);
    if (expected !== undefined) unexpected(`\`${option}\` to be ${expected}`, code, value);
  }
  checkParameters(code, definition, parts);
  return parts;
}

function unexpected(expectation: string, code: string, value: unknown): never {
  return refuse(`Expected ${expectation} in error "${code}", got ${quoted(value)}.`);
}

function checkText(text: string, code: string, message: string): void {
  if (text.includes('{') || text.includes('}')) {
    unexpected('`message` to use braces only for {parameters}', code, message);
  }
}

/** What an option has to be, when its value is something else. */
function expectedInstead(option: string, value: unknown, code: string): string | undefined {
  switch (option) {
    case 'httpStatus':
      return isWithin(value, 400, 599) ? undefined : 'a whole number from 400 to 599';
    case 'exitCode':
      return isWithin(value, 1, 255) ? undefined : 'a whole number from 1 to 255';
    case 'severity':
      return severities.some((word) => word === value) ? undefined : severities.map((word) => `"${word}"`).join(', ');
    case 'rpc':
      return httpStatusOfRpc(value) === undefined ? 'a google.rpc code' : undefined;
    case 'docs':
      return typeof value === 'string' && URL.canParse(value) ? undefined : 'an absolute URL as text';
    case 'help':
      return typeof value === 'string' ? undefined : 'a text';
    case 'retryable':
    case 'expose':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'stack':
      return value === false ? undefined : 'false, or left out';
    case 'sensitive':
      return isList(value) ? undefined : 'a list of parameter names';
    case 'params':
      return typeof read(value, '~standard') === 'object' ? undefined : 'a Standard Schema, such as one of zod';
    default:
      // A mistyped option would be ignored: a 404 would be a 500, and a secret would be shown.
      return refuse(`Error "${code}" has an unknown option "${option}". Correct its name, or remove it.`);
  }
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function checkParameters(code: string, { params, sensitive }: ErrorDefinition, parts: readonly string[]): void {
  if (params === undefined && sensitive === undefined) return;
  const shown = parts.filter((_part, index) => index % 2 === 1);
  const known = params === undefined ? shown : shapeOf(params);
  if (known === undefined) return;
  const missing = shown.find((name) => !known.includes(name));
  if (missing !== undefined) {
    refuse(`Error "${code}" shows {${missing}}, but its params schema has no "${missing}". Add it there.`);
  }
  const stranger = sensitive?.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    refuse(`Error "${code}" marks "${stranger}" as sensitive, but has no parameter of that name.`);
  }
}

/** The keys of an object schema; Standard Schema does not tell them, zod and others do in `shape`. */
export function shapeOf(schema: SchemaLike): readonly string[] | undefined {
  const shape = read(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : undefined;
}
