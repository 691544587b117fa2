import { read, severities } from './meta.ts';
import { createErrorClass } from './error-class.ts';
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
  const { message, httpStatus, exitCode, severity, rpc, docs } = definition;
  if (typeof message !== 'string' || message === '') unexpected('`message` to be a text', code, message);
  const parts = partsOf(message);
  for (let index = 0; index < parts.length; index += 2) checkText(parts[index] ?? '', code, message);
  if (!isWithin(httpStatus, 400, 599)) {
    unexpected('`httpStatus` to be a whole number from 400 to 599', code, httpStatus);
  }
  if (!isWithin(exitCode, 1, 255)) unexpected('`exitCode` to be a whole number from 1 to 255', code, exitCode);
  if (severity !== undefined && !severities.includes(severity)) {
    unexpected(`\`severity\` to be ${severities.map((word) => `"${word}"`).join(', ')}`, code, severity);
  }
  if (rpc !== undefined && !Object.hasOwn(httpStatusOfRpc, rpc)) {
    unexpected('`rpc` to be a google.rpc code', code, rpc);
  }
  if (docs !== undefined && !URL.canParse(docs)) unexpected('`docs` to be an absolute URL', code, docs);
  checkParameters(code, definition, parts);
  return parts;
}

function unexpected(expectation: string, code: string, value: unknown): never {
  return refuse(`Expected ${expectation} in error "${code}", got ${JSON.stringify(value)}.`);
}

function checkText(text: string, code: string, message: string): void {
  if (text.includes('{') || text.includes('}')) {
    unexpected('`message` to use braces only for {parameters}', code, message);
  }
}

function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= least && value <= most);
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
