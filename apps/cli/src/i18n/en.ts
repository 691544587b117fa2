import { plural } from '../reporters/text.ts';
import type { Messages } from './messages.ts';

export const en: Messages = {
  severities: { error: 'error', warning: 'warning', info: 'info' },
  fix: 'fix',
  more: 'more',
  score: 'score',
  ofHundred: 'of 100',
  categories: {
    errors: 'errors',
    logging: 'logging',
    telemetry: 'telemetry',
    health: 'health',
    lifecycle: 'lifecycle',
    configuration: 'configuration',
    resilience: 'resilience',
    security: 'security',
    deployment: 'deployment',
    quality: 'quality',
  },
  couldNotFinish: 'could not finish',
  morePlaces: (amount) => `and ${plural(amount, 'more place')}: --format compact lists them all`,
  counts: ({ errors, warnings, infos }) =>
    [
      errors > 0 ? plural(errors, 'error') : '',
      warnings > 0 ? plural(warnings, 'warning') : '',
      infos > 0 ? plural(infos, 'info') : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
  nothingFound: (files, rules) => `Nothing found in ${plural(files, 'file')} by ${plural(rules, 'rule')}.`,
  foundIn: (counts, files) => (files === 0 ? `${counts}.` : `${counts} in ${plural(files, 'file')}.`),
  rulesUnfinished: (amount) => `${plural(amount, 'rule')} could not finish.`,
  filesUnseen: (amount) => `${plural(amount, 'file')} could not be looked at.`,
  suppressed: (amount) => `${plural(amount, 'finding')} suppressed.`,
  reportIsIn: (path) => `The report is in ${path}.`,
  reportIsAt: (url) => `The report is at ${url}.`,
  waitingForChanges: 'Waiting for changes; Ctrl-C ends.',
  baselineWritten: (amount, path) => `${plural(amount, 'finding')} written to ${path}.`,
  baselineHeld: (amount, path) => `${plural(amount, 'finding')} held back by ${path}.`,
  baselineUnused: (amount) => `${plural(amount, 'entry', 'entries')} no longer found; --write-baseline drops:`,
  mended: 'mended',
  notMended: 'not mended',
  mendedIn: (findings, files) => `${plural(findings, 'finding')} mended in ${plural(files, 'file')}.`,
  canBeMended: (findings, files) =>
    `${plural(findings, 'finding')} in ${plural(files, 'file')} can be mended; nothing was written.`,
  refusals: {
    overlap: 'it overlaps another fix',
    changed: 'the file has changed meanwhile',
    unparsable: 'the file would not parse any more',
    'not-ours': 'it is a link, or lies behind one',
  },
  endless: (rounds) => `After ${rounds} rounds there was still something to mend: two fixes undo each other.`,
  init: {
    settingsInManifest: 'The settings stand in package.json and stay there.',
    writeAnew: (file) => `${file} is there. Write it anew?`,
    stays: (file) => `${file} is there and stays as it is.`,
    failFrom: 'From which severity on does an audit fail?',
    writeWorkflow: 'Write a workflow for GitHub that audits every pull request?',
    noManifest: 'There is no package.json, so no script was added.',
    hasScript: (name) => `package.json has a script ${name} and stays as it is.`,
    noScripts: 'package.json is no object with scripts, so no script was added.',
    addScript: (name) => `Add the script ${name} to package.json?`,
    next: (command) => `Next: ${command}`,
    yesOrNo: (proposed) => (proposed ? 'Y/n' : 'y/N'),
    yes: /^y(es)?$/,
    no: /^no?$/,
  },
  diff: {
    added: 'New',
    gone: 'Gone',
    unseen: 'Could not be looked at',
    category: 'category',
    before: 'before',
    after: 'after',
    overall: 'overall',
    noScore: 'none',
    summary: (added, gone, unchanged, unseen) =>
      `${plural(added, 'finding')} new, ${gone} gone, ${unchanged} as before${unseen === 0 ? '' : `, ${unseen} could not be looked at`}.`,
  },
  shortHelp: `seaworthy tells whether a code base is ready for production, why not, and how to fix it.

  seaworthy audit                    looks at the current directory
  seaworthy explain SEA-R012         says why a rule matters, with a wrong and a right way
  seaworthy init                     sets a project up: a config file, a workflow, a script

seaworthy --help lists all commands, seaworthy <command> --help the flags of one.
`,
  page: {
    language: 'en',
    readiness: 'Readiness',
    noScore: 'no score',
    score: 'Score',
    scoreOf: (category) => `Score of ${category}`,
    category: 'Category',
    errors: 'Errors',
    warnings: 'Warnings',
    infos: 'Infos',
    findings: 'Findings',
    fix: 'Fix',
    places: (amount) => plural(amount, 'place'),
    lines: (first, last) => `Lines ${first} to ${last}`,
    couldNotFinish: 'Could not finish',
  },
  ruleList: {
    experimental: 'experimental',
    total: (amount) => `${plural(amount, 'rule')}. seaworthy explain <id> says more.`,
  },
  editor: {
    fix: 'Fix',
    mendAll: 'Mend all Seaworthy findings that can be mended safely',
    hold: (rule) => `Hold ${rule} back here, with a reason`,
    moreFindings: (amount) =>
      `There are ${plural(amount, 'more finding')} in this file. \`seaworthy audit\` shows them all.`,
    looking: 'Looking at the project',
  },
  belongsTo: (id, owner) => `${id} belongs to ${owner}. Its codes are explained in docs/reference/errors.md.`,
  logs: {
    holdBefore: (entries) => `${plural(entries, 'entry', 'entries')} before it hold.`,
    noneChanged: (entries, head) => `${plural(entries, 'entry', 'entries')}, none changed. Its head is ${head}`,
  },
  config: {
    nothingWrong: (keys, environment) => `${plural(keys, 'key')}, nothing wrong (${environment}).`,
    hasProblems: (path, problems) => `${path} has ${plural(problems, 'problem')}.`,
    over: (value, source) => `over ${value} from ${source}`,
    notSet: 'not set',
  },
  plugin: {
    signedWith: (keys) => `Signed with ${keys}.`,
    signedBy: (keys) => `signed by ${keys}`,
    unsigned: 'not signed',
    notVouchedFor: 'Nobody has vouched for it here: give --key and --signature to have it checked.',
    signatures: (amount) => plural(amount, 'signature'),
    found: (amount) => `${plural(amount, 'plugin')}.`,
    foundIn: (amount, directory) => `${plural(amount, 'plugin')} in ${directory}.`,
    next: (directory, commands) => `Next, in ${directory}: ${commands.join(', then ')}.`,
    leavesNothing: (tier) => `${tier}: starts, stops, and leaves nothing behind`,
  },
};
