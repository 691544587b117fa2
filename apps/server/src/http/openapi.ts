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

/** Errors that every operation may have that does not say otherwise. */
const ofAll = ['BAD_REQUEST', 'INPUT_REFUSED', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS', 'STORE_UNAVAILABLE'] as const;

/** The document of the API, by OpenAPI 3.1, of the operations that are served. */
export function openApiDocument(operations: readonly AnyOperation[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Seaworthy server', version: '1', summary: 'Reports, packages, accounts, flags and schemas.' },
    tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of an account: /account, or npm token create.' },
        pushToken: { type: 'http', scheme: 'bearer', description: 'What SEAWORTHY_PUSH_TOKEN is.' },
        ofrepToken: { type: 'http', scheme: 'bearer', description: 'What SEAWORTHY_OFREP_TOKEN is.' },
      },
    },
  };
}

function operationObject(operation: AnyOperation): Json {
  const { id, summary, params, query, body, by, token = 'token' } = operation;
  return {
    operationId: id,
    tags: [tagOf(operation)],
    summary,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: responsesOf(operation),
    security: [...(by === 'account' ? [] : [{}]), ...[token].flat().map((each) => ({ [each]: [] }))],
  };
}

function responsesOf(operation: AnyOperation): Json {
  const { answer, status, errors = [], media = 'application/json', usual = ofAll, foreign } = operation;
  const good =
    answer === undefined
      ? { [status ?? 204]: { description: 'Done.' } }
      : {
          [status ?? 200]: {
            description: 'Done.',
            content: { [media]: { schema: schemaOf(answer, 'output') } },
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
  const others = (foreign?.statuses ?? []).map((code) => [code, foreignResponse(code, foreign?.answer, media)]);
  return { ...good, ...Object.fromEntries(others), ...Object.fromEntries(bad) };
}

export interface ParameterOf {
  readonly name: string;
  readonly place: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
}

/** What an operation takes in its address. */
export function operationParameters({ params, query }: AnyOperation): readonly ParameterOf[] {
  return (
    [
      [params, 'path'],
      [query, 'query'],
    ] as const
  ).flatMap(([schema, place]) =>
    parametersOf(schema, place).map(({ name, required, description }) => ({
      name: String(name),
      place,
      required: required === true,
      description: typeof description === 'string' ? description : '',
    })),
  );
}

/** What an operation answers, the good first. */
export function operationResponses(operation: AnyOperation): readonly { status: number; description: string }[] {
  return Object.entries(responsesOf(operation)).map(([status, response]) => ({
    status: Number(status),
    description: (response as { readonly description: string }).description,
  }));
}

function foreignResponse(status: number, answer: z.ZodType | undefined, media: string): Json {
  const schema = answer === undefined ? {} : schemaOf(answer, 'output');
  return { description: STATUS_CODES[status] ?? 'Error', content: { [media]: { schema } } };
}

/** Under what it stands. */
export function tagOf({ tag = 'Packages' }: Pick<AnyOperation, 'tag'>): string {
  return tag;
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
