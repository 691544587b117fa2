/** What one rule says, in another language than English. */
export interface RuleTexts {
  readonly title: string;
  /** Why it matters: one sentence. */
  readonly why: string;
  /** What to do: one sentence. */
  readonly fix: string;
  /** What the rule says of a place, by what it says in English. A name in braces stands for what is found there. */
  readonly says: Readonly<Record<string, string>>;
  /** What may be found in the place of a name, where that is English too. */
  readonly words?: Readonly<Record<string, string>>;
  /** The prose of the explanation, section by section; the code stays. */
  readonly explains: {
    readonly why: string;
    readonly wrong?: string;
    readonly right?: string;
    readonly suppress?: string;
  };
}

/** What rules say, by their ids. */
export type RuleCatalogue = Readonly<Record<string, RuleTexts>>;
