import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { ServerErrors } from '../errors.ts';
import type { AnyOperation } from './operations.ts';

type Json = Readonly<Record<string, unknown>>;

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('Names the error; the error index explains it.'),
    instance: z.string().optional(),
    requestId: z.string(),
  })
  .describe('A problem by RFC 9457.');

/** Errors that every operation may have. */
const usual = ['BAD_REQUEST', 'INPUT_REFUSED', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS', 'STORE_UNAVAILABLE'] as const;

/** The document of the API, by OpenAPI 3.1, of the operations that are served. */
export function openApiDocument(operations: readonly AnyOperation[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Seaworthy server', version: '1', summary: 'Packages, reviews, namespaces and certifications.' },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of an account: npm token create.' },
      },
    },
  };
}

function operationObject(operation: AnyOperation): Json {
  const { id, summary, params, query, body, by } = operation;
  return {
    operationId: id,
    summary,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: responsesOf(operation),
    security: by === 'account' ? [{ token: [] }] : [{}, { token: [] }],
  };
}

function responsesOf({ answer, status, errors = [] }: AnyOperation): Json {
  const good =
    answer === undefined
      ? { [status ?? 204]: { description: 'Done.' } }
      : {
          [status ?? 200]: {
            description: 'Done.',
            content: { 'application/json': { schema: schemaOf(answer, 'output') } },
          },
        };
  const byStatus = new Map<number, string[]>();
  for (const name of [...usual, ...errors]) {
    const { httpStatus = 500 } = ServerErrors[name].meta;
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), `seaworthy.server.${name}`]);
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const bad = [...byStatus].map(([code, names]) => [
    code,
    { description: `${STATUS_CODES[code] ?? 'Error'}: ${names.join(', ')}`, content },
  ]);
  return { ...good, ...Object.fromEntries(bad) };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
