import { styleText } from 'node:util';
import { expect, test } from 'vitest';
import type { Problem } from '../src/project/problem.ts';
import type { Report } from '../src/report/report.ts';
import { formats, loadReporter, type Format } from '../src/reporters/formats.ts';
import { widthOf } from '../src/reporters/text.ts';
import type { ReporterOptions } from '../src/reporters/reporter.ts';
import { makeFinding, makeReport } from './support/report.ts';

async function render(format: Format, report: Report, options: Partial<ReporterOptions> = {}): Promise<string> {
  const reporter = await loadReporter(format);
  return reporter(report, { version: '1.2.3', ...options });
}

const unparsable: Problem = {
  kind: 'unparsable',
  code: 'seaworthy.cli.FILE_UNPARSABLE',
  message: 'The file does not parse: Unexpected token.',
  file: 'src/bad.ts',
  line: 3,
  column: 7,
};
const crashed: Problem = {
  kind: 'rule-crashed',
  code: 'seaworthy.cli.RULE_CRASHED',
  message: 'Rule SEA-R030 crashed: TypeError: no.',
  rule: 'SEA-R030',
};
const score = {
  overall: 78,
  categories: {
    lifecycle: { score: 71, errors: 1, warnings: 0, infos: 0 },
    errors: { score: 100, errors: 0, warnings: 0, infos: 0 },
    security: { score: 42, errors: 3, warnings: 0, infos: 0 },
  },
} as const;

test('pretty shows a finding with its lines, reason, fix and where to read more; the summary is last', async () => {
  const snippet = { firstLine: 1, lines: ['const server = createServer(app);', '  server.listen(8080);', ''] };
  const report = makeReport([makeFinding({ snippet, end: { line: 2, column: 16 } })], { score });
  expect(await render('pretty', report)).toBe(
    `error  SEA-R012  no SIGTERM handler
  src/server.ts:2:3  Nothing listens to SIGTERM.
    1 │ const server = createServer(app);
  > 2 │   server.listen(8080);
      │   ^^^^^^^^^^^^^
    3 │
  The process is killed with requests in flight.
  fix   Create a lifecycle and let it close the server.
  more  seaworthy explain SEA-R012

score            78 of 100
  errors        100
  lifecycle      71
  security       42

1 error in 1 file.
`,
  );
});

test('pretty puts the findings of one rule under one heading, and the gravest rule first', async () => {
  const places = Array.from({ length: 12 }, (_, index) =>
    makeFinding({ rule: 'SEA-R020', title: 'console in a service', severity: 'warning', file: `f${index}.ts` }),
  );
  const text = await render('pretty', makeReport([...places, makeFinding()]));
  expect(text.match(/^\w+ +SEA-R\d+.*$/gm)).toEqual([
    'error  SEA-R012  no SIGTERM handler',
    'warning  SEA-R020  console in a service',
  ]);
  expect(text.match(/^ {2}f\d+\.ts/gm)).toHaveLength(10);
  expect(text).toContain('  and 2 more places: --format compact lists them all\n');
  expect(text.trimEnd().endsWith('\n1 error, 12 warnings in 13 files.')).toBe(true);
});

test('pretty says what could not be looked at', async () => {
  const text = await render('pretty', makeReport([], { problems: [unparsable, crashed], suppressed: 2 }));
  expect(text).toBe(
    `could not finish
  src/bad.ts:3:7  The file does not parse: Unexpected token.
  Rule SEA-R030 crashed: TypeError: no.

Nothing found in 120 files by 61 rules. 1 rule could not finish. 1 file could not be looked at. 2 findings suppressed.
`,
  );
});

test('a finding about the project as a whole has no line', async () => {
  const whole = makeFinding({ file: '.' });
  const { line: _line, column: _column, ...finding } = whole;
  const report = makeReport([finding]);
  expect(await render('pretty', report)).toContain('\n  .  Nothing listens to SIGTERM.\n');
  expect(await render('pretty', report, { prefix: 'apps/api/' })).toContain('\n  apps/api/  Nothing listens');
  expect(await render('pretty', report)).toContain('\n1 error.\n');
});

test('the mark stands under its place, after tabs and wide characters', async () => {
  const line = '\tlog("日本😀", é);';
  const column = line.indexOf('é') + 1;
  const snippet = { firstLine: 9, lines: ['', line, ''] };
  const text = await render('pretty', makeReport([makeFinding({ line: 10, column, snippet })]));
  const [shown = '', mark = ''] = text.split('\n').slice(3, 5);
  expect(shown).toBe('  > 10 │   log("日本😀", é);');
  expect(widthOf(mark.slice(0, mark.indexOf('^')))).toBe(widthOf(shown.slice(0, shown.indexOf('é'))));
});

test('there is no mark where the line was cut', async () => {
  const snippet = { firstLine: 2, lines: [`${'x'.repeat(199)}…`] };
  expect(await render('pretty', makeReport([makeFinding({ column: 900, snippet })]))).not.toContain('^');
});

test('what the audited project holds cannot steer the terminal', async () => {
  const evil = makeFinding({
    file: 'a\u001b[2Jb.ts',
    message: 'see \u001b]8;;http://x\u0007here\n\u202ethere',
    snippet: { firstLine: 2, lines: ['\u001b[31mred\u009b0m'] },
  });
  const report = makeReport([evil], { problems: [{ ...crashed, message: 'a\u001b[2Jb' }] });
  for (const format of ['pretty', 'compact', 'markdown', 'junit', 'html'] as const) {
    // oxlint-disable-next-line no-control-regex
    expect(await render(format, report)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  }
  expect(await render('compact', report)).toContain(
    String.raw`a\x1b[2Jb.ts:2:3: error SEA-R012 see \x1b]8;;http://x\x07here\x0a\x202ethere`,
  );
});

test('colour is what the stream takes, and changes no word', async () => {
  const report = makeReport([makeFinding()], { score, problems: [unparsable] });
  const paint: ReporterOptions['paint'] = (style, text) => styleText(style, text, { validateStream: false });
  const coloured = await render('pretty', report, { paint });
  expect(coloured).toContain('\u001b[31merror');
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(await render('pretty', report));
});

test('compact gives each finding and problem a line', async () => {
  const text = await render('compact', makeReport([makeFinding()], { problems: [unparsable, crashed] }), {
    prefix: 'api/',
  });
  expect(text).toBe(
    `api/src/server.ts:2:3: error SEA-R012 Nothing listens to SIGTERM.
api/src/bad.ts:3:7: unparsable The file does not parse: Unexpected token.
api/.: rule-crashed Rule SEA-R030 crashed: TypeError: no.
`,
  );
});

test('compact says nothing when nothing was found', async () => {
  expect(await render('compact', makeReport([]))).toBe('');
});

test('json is the report itself, whatever the prefix', async () => {
  const report = makeReport([makeFinding()]);
  const text = await render('json', report, { prefix: 'api/' });
  expect(JSON.parse(text)).toEqual(report);
  expect(text.endsWith('}\n')).toBe(true);
});

test('github writes workflow commands, escaped', async () => {
  const finding = makeFinding({ file: 'a,b:c.ts', message: '100% sure\nof it.', end: { line: 2, column: 9 } });
  const text = await render(
    'github',
    makeReport([finding, makeFinding({ severity: 'info' })], { problems: [crashed] }),
  );
  expect(text.split('\n')).toEqual([
    '::error file=a%2Cb%3Ac.ts,line=2,col=3,endLine=2,endColumn=9,title=SEA-R012 no SIGTERM handler::100%25 sure%0Aof it. Create a lifecycle and let it close the server.',
    '::notice file=src/server.ts,line=2,col=3,title=SEA-R012 no SIGTERM handler::Nothing listens to SIGTERM. Create a lifecycle and let it close the server.',
    '::warning title=SEA-R030 rule-crashed::Rule SEA-R030 crashed: TypeError: no.',
    '1 error, 1 info in 2 files. 1 rule could not finish.',
    '',
  ]);
});

const pointing = [
  { text: 'ask @octocat', written: 'ask @&#8203;octocat' },
  { text: 'closes #12', written: String.raw`closes \#&#8203;12` },
  { text: 'closes other/place#12', written: String.raw`closes other/place\#&#8203;12` },
  { text: 'closes gh-12 and !7', written: 'closes gh-&#8203;12 and !&#8203;7' },
  { text: '&commat;octocat &#64;octocat', written: String.raw`\&commat;octocat \&\#&#8203;64;octocat` },
  { text: 'a & b', written: 'a & b' },
];
for (const { text, written } of pointing) {
  test(`markdown calls nobody and points to no issue for the text ${JSON.stringify(text)}`, async () => {
    expect(await render('markdown', makeReport([makeFinding({ message: text })]))).toContain(`: ${written} `);
  });
}

test('markdown shows the score as a table, and no text becomes markup', async () => {
  const finding = makeFinding({ message: 'a <b> *c* | `d`' });
  const text = await render('markdown', makeReport([finding], { score, problems: [unparsable] }));
  expect(text).toContain('# app: 78 of 100\n');
  expect(text).toContain('| security | 42 | 3 | 0 | 0 |\n');
  expect(text).toContain(String.raw`a \<b\> \*c\* \| \`d\``);
  expect(text).toContain('- `src/bad.ts`: The file does not parse: Unexpected token.\n');
  expect(await render('markdown', makeReport([]))).toBe('# app: no score\n\nNothing found in 120 files by 61 rules.\n');
});

test('sarif names its rules once and points into the files', async () => {
  const findings = [
    makeFinding({ file: 'a b.ts', end: { line: 2, column: 9 } }),
    makeFinding(),
    makeFinding({ rule: 'SEA-R001', severity: 'info' }),
  ];
  const log = JSON.parse(
    await render('sarif', makeReport(findings, { problems: [unparsable, crashed] }), { prefix: 'api/' }),
  );
  const [run] = log.runs;
  expect(log.version).toBe('2.1.0');
  expect(run.tool.driver).toMatchObject({ name: 'seaworthy', version: '1.2.3' });
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['SEA-R001', 'SEA-R012']);
  expect(run.results.map(({ ruleIndex, level }: { ruleIndex: number; level: string }) => [ruleIndex, level])).toEqual([
    [1, 'error'],
    [1, 'error'],
    [0, 'note'],
  ]);
  expect(run.results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'api/a%20b.ts' },
    region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 9 },
  });
  expect(run.invocations[0].executionSuccessful).toBe(false);
  expect(run.invocations[0].toolExecutionNotifications).toHaveLength(2);
});

test('every format can write an empty report', async () => {
  for (const format of formats) expect(await render(format, makeReport([]))).toMatch(/^$|\n$/);
});
