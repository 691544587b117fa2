import { read, severities } from './meta.ts';
import { httpStatusOfRpc } from './rpc.ts';
import { placeholders } from './template.ts';
import type { ErrorDefinition, SchemaLike } from './types.ts';

/** Refuses a definition that would fail later, when the error is made and nobody looks. */
export function checkDefinition(code: string, definition: ErrorDefinition): void {
  const expect = expecting(code);
  const { message, httpStatus, exitCode, severity, rpc, docs } = definition;
  expect(typeof message === 'string' && message !== '', '`message` to be a text', message);
  expect(!/[{}]/.test(withoutPlaceholders(message)), '`message` to use braces only for {parameters}', message);
  expect(isWithin(httpStatus, 400, 599), '`httpStatus` to be a whole number from 400 to 599', httpStatus);
  expect(isWithin(exitCode, 1, 255), '`exitCode` to be a whole number from 1 to 255', exitCode);
  expect(severity === undefined || severities.includes(severity), `\`severity\` to be ${list(severities)}`, severity);
  expect(rpc === undefined || Object.hasOwn(httpStatusOfRpc, rpc), '`rpc` to be a google.rpc code', rpc);
  expect(docs === undefined || URL.canParse(docs), '`docs` to be an absolute URL', docs);
  checkParameters(code, definition);
}

type Expect = (holds: boolean, expectation: string, value: unknown) => void;

function expecting(code: string): Expect {
  return (holds, expectation, value) => {
    if (!holds) throw new TypeError(`Expected ${expectation} in error "${code}", got ${JSON.stringify(value)}.`);
  };
}

function list(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}

function withoutPlaceholders(message: string): string {
  return placeholders(message).reduce((rest, name) => rest.replaceAll(`{${name}}`, ''), message);
}

function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= least && value <= most);
}

function checkParameters(code: string, definition: ErrorDefinition): void {
  const shown = placeholders(definition.message);
  const known = definition.params === undefined ? shown : shapeOf(definition.params);
  if (known === undefined) return;
  for (const name of shown) {
    if (!known.includes(name)) {
      throw new TypeError(`Error "${code}" shows {${name}}, but its params schema has no "${name}". Add it there.`);
    }
  }
  for (const name of definition.sensitive ?? []) {
    if (!known.includes(name)) {
      throw new TypeError(`Error "${code}" marks "${name}" as sensitive, but has no parameter of that name.`);
    }
  }
}

/** The keys of an object schema; Standard Schema does not tell them, zod and others do in `shape`. */
export function shapeOf(schema: SchemaLike): readonly string[] | undefined {
  const shape = read(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : undefined;
}
