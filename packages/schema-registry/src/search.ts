import { toJsonSchema, type JsonSchema } from './json-schema.ts';
import { at } from './migrate.ts';
import type { AnySubject } from './subject.ts';

/** What a listing says of a subject. */
export interface SubjectDescription {
  readonly name: string;
  readonly latest: number;
  readonly versions: readonly number[];
  /** From the metadata of the latest schema. */
  readonly title?: string;
  readonly description?: string;
}

/** Describes a subject by its latest version. */
export function describeSubject(subject: AnySubject): SubjectDescription {
  const { title, description } = latestJsonSchema(subject);
  return {
    name: subject.name,
    latest: subject.latest,
    versions: subject.definitions.map((_, index) => index + 1),
    ...(typeof title === 'string' && { title }),
    ...(typeof description === 'string' && { description }),
  };
}

/** A test that a subject mentions every word of the text. */
export function matches(text: string): (subject: AnySubject) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (subject) => {
    const haystack = searchTextOf(subject);
    return words.every((word) => haystack.includes(word));
  };
}

const searchTexts = new WeakMap<AnySubject, string>();

function searchTextOf(subject: AnySubject): string {
  const known = searchTexts.get(subject);
  if (known !== undefined) return known;
  const words: string[] = [subject.name];
  collectWords(latestJsonSchema(subject), words);
  const text = words.join('\n').toLowerCase();
  searchTexts.set(subject, text);
  return text;
}

function collectWords(node: unknown, words: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  const { title, description, properties } = node as Record<string, unknown>;
  if (typeof title === 'string') words.push(title);
  if (typeof description === 'string') words.push(description);
  if (typeof properties === 'object' && properties !== null) words.push(...Object.keys(properties));
  for (const part of Object.values(node)) collectWords(part, words);
}

function latestJsonSchema(subject: AnySubject): JsonSchema {
  try {
    return toJsonSchema(at(subject.definitions, subject.latest).schema);
  } catch {
    // A schema without a JSON Schema is still found by its name.
    return {};
  }
}
