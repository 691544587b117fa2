import { plural } from '../reporters/text.ts';
import type { Messages } from './messages.ts';

export const en: Messages = {
  severities: { error: 'error', warning: 'warning', info: 'info' },
  fix: 'fix',
  more: 'more',
  score: 'score',
  ofHundred: 'of 100',
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
};
