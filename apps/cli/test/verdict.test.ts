import { ConfigErrors } from '@seaworthy/config';
import { PluginErrors } from '@seaworthy/plugins';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { exitCodeOf, exitCodeOfError } from '../src/verdict.ts';
import type { Problem } from '../src/project/problem.ts';
import type { Severity } from '../src/rules/contract.ts';
import { makeFinding, makeReport } from './support/report.ts';

const file = (path: string): Problem => ({ kind: 'unparsable', code: 'x', message: 'x', file: path });
const rule: Problem = { kind: 'rule-timeout', code: 'x', message: 'x', rule: 'SEA-R001' };

interface Case {
  readonly name: string;
  readonly severities?: readonly Severity[];
  readonly problems?: readonly Problem[];
  readonly failOn?: 'error' | 'warning' | 'info' | 'never';
  readonly isStrict?: boolean;
  readonly code: number;
}

const cases: readonly Case[] = [
  { name: 'nothing', code: 0 },
  { name: 'an error', severities: ['error'], code: 1 },
  { name: 'a warning', severities: ['warning', 'info'], code: 0 },
  { name: 'a warning, failing on warnings', severities: ['warning'], failOn: 'warning', code: 1 },
  { name: 'an info, failing on warnings', severities: ['info'], failOn: 'warning', code: 0 },
  { name: 'an info, failing on infos', severities: ['info'], failOn: 'info', code: 1 },
  { name: 'an error, failing on nothing', severities: ['error'], failOn: 'never', code: 0 },
  { name: 'a rule that did not finish', problems: [rule], code: 3 },
  { name: 'a rule that did not finish beside an error', severities: ['error'], problems: [rule], code: 3 },
  { name: 'a rule that did not finish, failing on nothing', problems: [rule], failOn: 'never', code: 3 },
  { name: 'a broken file', problems: [file('src/a.ts')], code: 3 },
  { name: 'a broken file beside an error', severities: ['error'], problems: [file('src/a.ts')], code: 1 },
  { name: 'a broken fixture', problems: [file('test/fixtures/a.ts')], code: 0 },
  { name: 'a broken fixture in strict mode', problems: [file('test/fixtures/a.ts')], isStrict: true, code: 3 },
];

for (const { name, severities = [], problems = [], failOn = 'error', isStrict = false, code } of cases) {
  test(`${name} ends in ${code}`, () => {
    const report = makeReport(
      severities.map((severity) => makeFinding({ severity })),
      { problems },
    );
    expect(exitCodeOf(report, { failOn, isStrict })).toBe(code);
  });
}

const errors: readonly (readonly [name: string, error: unknown, code: number])[] = [
  ['a missing directory', new CliErrors.DIRECTORY_MISSING({ directory: 'x' }), 2],
  ['an unreadable directory', new CliErrors.DIRECTORY_UNREADABLE({ directory: 'x', reason: 'EACCES' }), 3],
  ['an interruption', new CliErrors.INTERRUPTED({ done: 'nothing was written' }), 130],
  ['a wrong setting', new ConfigErrors.INVALID({ count: '1 problem', list: '', problems: [] }), 2],
  ['a plugin host', new PluginErrors.HOST_CLOSED(), 3],
  ['a mistake of ours', new TypeError('x'), 3],
  ['anything', 'x', 3],
];

for (const [name, error, code] of errors) {
  test(`the error of ${name} ends in ${code}`, () => {
    expect(exitCodeOfError(error)).toBe(code);
  });
}
