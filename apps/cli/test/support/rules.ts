import { definePack } from '../../src/engine/pack.ts';
import type { RulePackPlugin } from '../../src/engine/packs.ts';
import type { Rule } from '../../src/rules/contract.ts';

/** A rule that finds nothing, unless the test says otherwise. */
export function makeRule(parts: Partial<Rule> & Pick<Rule, 'id'>): Rule {
  return {
    title: 'something to look at',
    category: 'errors',
    severity: 'error',
    version: 1,
    why: 'It breaks at night.',
    fix: 'Mend it.',
    explain: new URL('explain.md', import.meta.url),
    check: () => [],
    ...parts,
  };
}

/** Finds every call of the named function. */
export function callRule(id: string, name: string, parts: Partial<Rule> = {}): Rule {
  return makeRule({
    id,
    title: `no call of ${name}`,
    check: (project) => {
      const findings: { file: string; position: { line: number; column: number }; message: string }[] = [];
      for (const file of project.files('script')) {
        file.script().visit({
          CallExpression(node) {
            if (node.callee.type !== 'Identifier' || node.callee.name !== name) return;
            findings.push({ file: file.path, position: file.position(node.start), message: `${name} is called.` });
          },
        });
      }
      return findings;
    },
    ...parts,
  });
}

export function makePack(...rules: readonly Rule[]): RulePackPlugin {
  return definePack({ id: 'test.pack', rules });
}
