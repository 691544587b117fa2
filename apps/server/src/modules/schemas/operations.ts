// The subset of Confluent's registry that is served, as the document of the API has it; a test compares it with what is served.
import { z } from 'zod';
import type { AnyOperation } from '../../http/operations.ts';
import { prefix } from './routes.ts';

const levels = ['NONE', 'BACKWARD', 'FORWARD', 'FULL', 'BACKWARD_TRANSITIVE', 'FORWARD_TRANSITIVE', 'FULL_TRANSITIVE'];

const id = z.number().int();
const version = z.number().int();
const kind = z.literal('JSON');
const raw = z.unknown().describe('The schema itself.');
const level = z.object({ compatibilityLevel: z.enum(levels) });
const newLevel = z.object({ compatibility: z.enum(levels) });
const mode = z.object({ mode: z.enum(['READWRITE', 'READONLY']) });
const sent = z.object({ schemaType: kind.optional(), schema: z.string().describe('As JSON text.') });
const ofVersion = z.object({ subject: z.string(), id, version, schemaType: kind, schema: z.string() });
const verdict = z.object({ is_compatible: z.boolean(), messages: z.array(z.string()).optional() });

const flag = z.enum(['true', 'false']).optional();
const deleted = z.object({ deleted: flag });
const permanent = z.object({ permanent: flag });
const normalize = z.object({ normalize: flag });
const verbose = z.object({ verbose: flag });
const orGlobal = z.object({ defaultToGlobal: flag });
const prefixed = deleted.extend({ subjectPrefix: z.string().optional() });

const parameters = {
  id: z.number().int(),
  subject: z.string().describe('Percent-encoded in an address.'),
  version: z.string().describe('A number, or `latest`.'),
};

interface Served {
  readonly id: string;
  readonly summary: string;
  readonly answer: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

const versions = 'subjects/{subject}/versions';
const one = `${versions}/{version}`;

const table: Readonly<Record<string, Served>> = {
  GET: { id: 'greetSchemas', summary: 'Answers that it is there.', answer: z.object({}) },
  'GET schemas/types': { id: 'listSchemaTypes', summary: 'The kinds of schemas.', answer: z.array(kind) },
  'GET schemas/ids/{id}': {
    id: 'getSchema',
    summary: 'A schema by its id.',
    answer: z.object({ schemaType: kind, schema: z.string() }),
  },
  'GET schemas/ids/{id}/schema': { id: 'getRawSchema', summary: 'The schema alone.', answer: raw },
  'GET schemas/ids/{id}/versions': {
    id: 'listUsesOfSchema',
    summary: 'The versions that are this schema.',
    query: deleted,
    answer: z.array(z.object({ subject: z.string(), version })),
  },
  'GET schemas/ids/{id}/subjects': {
    id: 'listSubjectsOfSchema',
    summary: 'The subjects that have this schema.',
    query: deleted,
    answer: z.array(z.string()),
  },
  'GET subjects': { id: 'listSubjects', summary: 'The subjects.', query: prefixed, answer: z.array(z.string()) },
  'POST subjects/{subject}': {
    id: 'lookUpSchema',
    summary: 'Which version of a subject a schema is. Changes nothing.',
    query: deleted.extend(normalize.shape),
    body: sent,
    answer: ofVersion,
  },
  'DELETE subjects/{subject}': {
    id: 'deleteSubject',
    summary: 'Deletes a subject; for good, once it is deleted.',
    query: permanent,
    answer: z.array(version),
  },
  [`GET ${versions}`]: { id: 'listVersions', summary: 'Its versions.', query: deleted, answer: z.array(version) },
  [`POST ${versions}`]: {
    id: 'registerSchema',
    summary: 'Registers a schema, which has to fit those before it.',
    query: normalize,
    body: sent,
    answer: z.object({ id }),
  },
  [`GET ${one}`]: { id: 'getVersion', summary: 'One version.', query: deleted, answer: ofVersion },
  [`DELETE ${one}`]: {
    id: 'deleteVersion',
    summary: 'Deletes a version; for good, once it is deleted.',
    query: permanent,
    answer: version,
  },
  [`GET ${one}/schema`]: { id: 'getRawVersion', summary: 'Its schema alone.', query: deleted, answer: raw },
  [`GET ${one}/referencedby`]: {
    id: 'listReferences',
    summary: 'Who refers to it: nobody, as schemas do not refer to each other here.',
    answer: z.array(id),
  },
  [`POST compatibility/${versions}`]: {
    id: 'checkAllVersions',
    summary: 'Whether a schema would fit all versions. Changes nothing.',
    query: verbose,
    body: sent,
    answer: verdict,
  },
  [`POST compatibility/${one}`]: {
    id: 'checkVersion',
    summary: 'Whether a schema would fit one version. Changes nothing.',
    query: verbose,
    body: sent,
    answer: verdict,
  },
  'GET config': { id: 'getLevel', summary: 'What has to fit, everywhere.', answer: level },
  'PUT config': { id: 'setLevel', summary: 'Sets it.', body: newLevel, answer: newLevel },
  'GET config/{subject}': { id: 'getSubjectLevel', summary: 'The same of a subject.', query: orGlobal, answer: level },
  'PUT config/{subject}': { id: 'setSubjectLevel', summary: 'Sets it.', body: newLevel, answer: newLevel },
  'DELETE config/{subject}': { id: 'removeSubjectLevel', summary: 'Makes it follow the rest.', answer: level },
  'GET mode': { id: 'getMode', summary: 'Whether schemas may be registered.', answer: mode },
  'PUT mode': { id: 'setMode', summary: 'Sets it.', body: mode, answer: mode },
  'GET mode/{subject}': { id: 'getSubjectMode', summary: 'The same of a subject.', query: orGlobal, answer: mode },
  'PUT mode/{subject}': { id: 'setSubjectMode', summary: 'Sets it.', body: mode, answer: mode },
};

const refused = z.object({ error_code: z.number().int(), message: z.string() });
const statuses = [400, 404, 408, 409, 413, 422, 500];
const asking = ['lookUpSchema', 'checkAllVersions', 'checkVersion'];

export const schemaOperations: readonly AnyOperation[] = Object.entries(table).map(([pattern, served]) => {
  const [method = '', path = ''] = pattern.split(' ');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof typeof parameters);
  const isRead = method === 'GET' || asking.includes(served.id);
  return {
    ...served,
    method: method as AnyOperation['method'],
    path: path === '' ? prefix : `${prefix}/${path}`,
    tag: 'Schemas',
    media: 'application/vnd.schemaregistry.v1+json',
    by: isRead ? 'asker' : 'account',
    usual: isRead
      ? ['UNAUTHORIZED', 'STORE_UNAVAILABLE']
      : ['UNAUTHORIZED', 'TOKEN_ONLY_READS', 'ROLE_NEEDED', 'STORE_UNAVAILABLE'],
    foreign: { statuses, answer: refused },
    ...(names.length > 0 && { params: z.object(Object.fromEntries(names.map((name) => [name, parameters[name]]))) }),
  };
});
