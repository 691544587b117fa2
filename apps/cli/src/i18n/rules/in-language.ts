import type { Problem } from '../../project/problem.ts';
import type { Finding, Report } from '../../report/report.ts';
import type { Rule } from '../../rules/contract.ts';
import type { Locale } from '../locale.ts';
import { sayWith, type Say } from '../templates.ts';
import { explainIn } from './explain.ts';
import type { RuleCatalogue, RuleTexts } from './texts.ts';

/** What rules say, for people who read another language. Ids, places and fingerprints stay what they are. */
export interface Speaker {
  /** A report to be shown; the one that machines read is always English. */
  report(report: Report): Report;
  finding(finding: Finding): Finding;
  /** Says a message that was made from a code of the catalogue. */
  message(said: Coded): string;
  /** What is said of a rule in lists. */
  title(rule: Pick<Rule, 'id' | 'title'>): string;
  /** The page that explains a rule. */
  page(rule: string, english: string): string;
}

interface Coded {
  readonly code: string;
  readonly message: string;
}

/** Says everything as it is. */
const english: Speaker = {
  report: (report) => report,
  finding: (finding) => finding,
  message: ({ message }) => message,
  title: ({ title }) => title,
  page: (_rule, page) => page,
};

/** Loads what rules say in a language; only English is there at once. */
export async function loadSpeaker(locale: Locale): Promise<Speaker> {
  if (locale === 'en') return english;
  const [{ germanRules }, { germanMessage }] = await Promise.all([import('./de.ts'), import('../de-errors.ts')]);
  return createSpeaker(germanRules, germanMessage);
}

/** What has no translation, such as the rules of others, stays as it is. */
function createSpeaker(catalogue: RuleCatalogue, messageOf: (code: string, message: string) => string): Speaker {
  const texts = new Map(Object.entries(catalogue));
  const saying = new Map<string, Say>();
  const sayOf = (id: string, { says, words }: RuleTexts): Say => {
    const say = saying.get(id) ?? sayWith(says, words);
    saying.set(id, say);
    return say;
  };
  const finding = (found: Finding): Finding => {
    const known = texts.get(found.rule);
    if (known === undefined) return found;
    const { title, why, fix } = known;
    return { ...found, title, why, fix, message: sayOf(found.rule, known)(found.message) ?? found.message };
  };
  const problem = (each: Problem): Problem => ({ ...each, message: messageOf(each.code, each.message) });
  return {
    report: (report) => ({
      ...report,
      findings: report.findings.map(finding),
      problems: report.problems.map(problem),
    }),
    finding,
    message: ({ code, message }) => messageOf(code, message),
    title: ({ id, title }) => texts.get(id)?.title ?? title,
    page(rule, page) {
      const known = texts.get(rule);
      return known === undefined ? page : explainIn(page, known);
    },
  };
}
