import { expect, test } from 'vitest';
import { fromJsonSchema } from '../../src/index.ts';
import { expectCases, withData } from './data.ts';
import { documentsOf, drafts, groupsOf } from './suite.ts';

// The JSON-Schema-Test-Suite, draft-07 and 2020-12, the optional cases too. What is not passed is listed with its reason.

const content =
  'contentEncoding and contentMediaType are annotations: draft 2020-12 says so, and draft-07 lets it be so';
const notPassed: readonly { readonly part: string; readonly reason: string }[] = [
  { part: 'optional/content: validation of string-encoded content based on media type: an invalid', reason: content },
  { part: 'optional/content: validation of binary string-encoding: an invalid', reason: content },
  {
    part: 'optional/content: validation of binary-encoded media type documents: a validly-encoded inv',
    reason: content,
  },
  { part: 'optional/content: validation of binary-encoded media type documents: an invalid', reason: content },
  {
    part: 'optional/cross-draft: refs to future drafts are processed as future drafts: missing bar',
    reason: 'a document of draft 2019-09 is read as the draft of the schema that refers to it',
  },
  {
    part: 'optional/format/idn-hostname: validation of internationalized host names: Bidi domain name with',
    reason: 'the rule for texts of both directions (RFC 5893) is not checked',
  },
  {
    part: 'optional/format/idn-hostname: validation of internationalized host names: A-label that decodes to a dis',
    reason: 'the table of allowed code points (RFC 5892) is that of the URL standard in Node.js',
  },
];

withData('schema/json-schema-test-suite', (directory) => {
  const documents = documentsOf(directory);
  for (const { folder, draft } of drafts) {
    const groups = groupsOf(directory, folder);
    expectCases(folder, groups.flatMap(({ cases }) => cases).length, 1_500);
    for (const { name, schema, formats, cases } of groups) {
      for (const { name: title, data, valid } of cases) {
        const reason = notPassed.find(({ part }) => `${name}: ${title}`.startsWith(part))?.reason;
        test(`${folder} ${name}: ${title}`, (context) => {
          const { issues } = validated(fromJsonSchema(schema, { draft, documents, formats }), data);
          // An exclusion that is passed after all must not stay in the list.
          if (reason !== undefined && (issues === undefined) !== valid) return context.skip(reason);
          expect(reason).toBeUndefined();
          return expect({ valid: issues === undefined, issues }).toEqual({ valid, issues });
        });
      }
    }
  }
});

function validated(schema: ReturnType<typeof fromJsonSchema>, data: unknown): { readonly issues?: unknown } {
  const result = schema['~standard'].validate(data);
  if (result instanceof Promise) throw new TypeError('The validation answered with a promise.');
  return result;
}
