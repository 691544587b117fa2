import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Report } from '../src/report/report.ts';
import { junit } from '../src/reporters/junit.ts';
import { makeFinding, makeReport } from './support/report.ts';

// What the public schema of Jenkins allows, in our own words: elements, their order, and no attribute besides these.
const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:attributeGroup name="totals">
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
  </xs:attributeGroup>
  <xs:complexType name="outcome" mixed="true">
    <xs:attribute name="type" type="xs:string"/>
    <xs:attribute name="message" type="xs:string"/>
  </xs:complexType>
  <xs:complexType name="case">
    <xs:choice minOccurs="0" maxOccurs="1">
      <xs:element name="skipped" type="outcome"/>
      <xs:element name="error" type="outcome"/>
      <xs:element name="failure" type="outcome"/>
    </xs:choice>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="classname" type="xs:string"/>
  </xs:complexType>
  <xs:complexType name="suite">
    <xs:sequence><xs:element name="testcase" type="case" maxOccurs="unbounded"/></xs:sequence>
    <xs:attributeGroup ref="totals"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="file" type="xs:string"/>
  </xs:complexType>
  <xs:element name="testsuites">
    <xs:complexType>
      <xs:sequence><xs:element name="testsuite" type="suite" maxOccurs="unbounded"/></xs:sequence>
      <xs:attributeGroup ref="totals"/>
    </xs:complexType>
  </xs:element>
</xs:schema>`;

async function errorsIn(...documents: readonly string[]): Promise<readonly string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema: [schema] });
  return errors.map(({ message }) => message);
}

function render(report: Report, prefix = ''): string {
  return junit(report, { version: '1.2.3', prefix });
}

const crashed = {
  kind: 'rule-crashed',
  code: 'seaworthy.cli.RULE_CRASHED',
  message: 'Rule SEA-R030 crashed.',
  rule: 'SEA-R030',
} as const;

test('the schema of this test refuses what is no report of tests', async () => {
  expect(await errorsIn('<testsuites name="x" tests="1" failures="0" errors="0"/>')).not.toEqual([]);
  expect(
    await errorsIn('<testsuites name="x" tests="one" failures="0" errors="0"><testsuite/></testsuites>'),
  ).not.toEqual([]);
});

test('a file is a suite and a finding is a case: errors and warnings fail, infos are skipped, problems are errors', async () => {
  const findings = [
    makeFinding(),
    makeFinding({ rule: 'SEA-R020', title: 'console in a service', severity: 'warning', file: 'b.ts' }),
    makeFinding({ severity: 'info', file: 'b.ts' }),
  ];
  const text = render(makeReport(findings, { problems: [crashed] }), 'api/');
  expect(await errorsIn(text)).toEqual([]);
  expect(text).toContain('<testsuites name="seaworthy app" tests="4" failures="2" errors="1">');
  expect(text.match(/<testsuite name="[^"]*"/g)).toEqual([
    '<testsuite name="api/"',
    '<testsuite name="api/b.ts"',
    '<testsuite name="api/src/server.ts"',
  ]);
  expect(text).toContain(
    '<testcase classname="api/b.ts" name="SEA-R020 console in a service (2:3)">\n      <failure type="warning"',
  );
  expect(text).toContain('tests="2" failures="1" errors="0" skipped="1"');
  expect(text).toContain('<error type="rule-crashed" message="Rule SEA-R030 crashed.">');
});

test('a clean audit is one case that passed', async () => {
  const text = render(makeReport([]));
  expect(await errorsIn(text)).toEqual([]);
  expect(text).toContain('tests="1" failures="0" errors="0"');
  expect(text).toContain('<testcase classname="." name="Nothing found in 120 files by 61 rules."/>');
});

test('whatever a project holds, the document is valid and its text is text', { timeout: 120_000 }, async () => {
  const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const reports = fc.sample(
    fc.record({ message: word, file: word, title: word, fix: word }).map((parts) => makeReport([makeFinding(parts)])),
    { numRuns: 40, seed: 7 },
  );
  const nasty = makeReport([makeFinding({ message: ']]> <b>&amp;\u0000\ud800 \u202e"\n', file: 'a"b<c>.ts' })]);
  expect(await errorsIn(...[...reports, nasty].map((report) => render(report)))).toEqual([]);
  expect(render(nasty)).toContain(String.raw`message="]]&gt; &lt;b&gt;&amp;amp;\x00� \x202e&quot;&#10;"`);
});
