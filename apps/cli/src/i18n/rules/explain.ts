import type { RuleTexts } from './texts.ts';

const headings: Readonly<Record<string, { readonly german: string; readonly key: keyof RuleTexts['explains'] }>> = {
  Why: { german: 'Warum', key: 'why' },
  Wrong: { german: 'Falsch', key: 'wrong' },
  Right: { german: 'Richtig', key: 'right' },
  'When to suppress': { german: 'Wann unterdrücken', key: 'suppress' },
};

/** The page of a rule in another language: the same sections and code, with other prose. */
export function explainIn(page: string, { title, explains }: RuleTexts): string {
  const [head = '', ...sections] = page.split(/^## /m);
  const name = head.replace(/ · [^]*$/, ` · ${title}`);
  return `${[name, ...sections.map((section) => sectionIn(section, explains))].join('\n\n')}\n`;
}

function sectionIn(section: string, explains: RuleTexts['explains']): string {
  const end = section.indexOf('\n');
  const english = section.slice(0, end).trim();
  const known = headings[english];
  if (known === undefined) return `## ${section.trim()}`;
  const code = Array.from(section.slice(end).matchAll(/^(`{3,})[^\n]*\n[^]*?^\1$/gm), ([block]) => block);
  const prose = explains[known.key];
  return [`## ${known.german}`, ...code, ...(prose === undefined ? [] : [prose])].join('\n\n');
}
