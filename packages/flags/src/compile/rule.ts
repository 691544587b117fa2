import { isList, isRecord } from '../json.ts';
import type { Bucketing } from '../operators/fractional.ts';
import type { Evaluable, OnChoice, Run } from '../operators/operator.ts';
import { operators } from '../operators/table.ts';

/** Turns rules into closures; `$ref` shares one closure among all who name it. */
export interface RuleCompiler {
  /** @throws RuleProblem when an operator or a `$ref` is unknown, or refers to itself. */
  compile(rule: unknown): Run;
  /** The same with other flags for `flag` to ask. */
  linkedTo(flags: FindFlag): RuleCompiler;
}

/** Finds another flag of the same document. */
export type FindFlag = (key: string) => Evaluable | undefined;

/** Why a rule cannot be compiled. */
class RuleProblem extends Error {
  override readonly name: string = 'RuleProblem';
}

/**
 * @param evaluators The shared rules that `$ref` names.
 * @param base What the context of a call is laid over.
 * @param findFlag What `flag` asks.
 * @param onChoice Hears how subjects come into their buckets; only explanations want to know.
 */
export function createRuleCompiler(
  evaluators: Readonly<Record<string, unknown>>,
  base: object,
  bucketing: Bucketing = { version: 'v2', hashEncoding: 'utf8' },
  findFlag: FindFlag = () => undefined,
  onChoice?: OnChoice,
): RuleCompiler {
  const shared = new Map<string, Run>();
  const underWay = new Set<string>();

  function compile(rule: unknown, isLocal: boolean): Run {
    if (isList(rule)) return compileList(rule, isLocal);
    if (!isRecord(rule)) return () => rule;
    const [[name, written] = [], another] = Object.entries(rule);
    if (name === undefined || another) throw new RuleProblem('an object has no operator, or more than one');
    return name === '$ref' ? resolve(String(written), isLocal) : compileOperation(name, written, isLocal);
  }

  function compileList(list: readonly unknown[], isLocal: boolean): Run {
    const items = list.map((item) => compile(item, isLocal));
    return (data, key) => items.map((run) => run(data, key));
  }

  function compileOperation(name: string, value: unknown, isLocal: boolean): Run {
    const operator = operators.get(name);
    if (!operator) throw new RuleProblem(`the operator "${name}" is unknown`);
    const written = isList(value) ? value : [value];
    return operator.compile({
      written,
      args: written.map((argument) => compile(argument, isLocal)),
      base: isLocal ? undefined : base,
      bucketing,
      onChoice,
      compileSame: (part) => compile(part, isLocal),
      compileLocal: (part) => compile(part, true),
      flagOf: (key) => flagOf(key, isLocal),
    });
  }

  function resolve(name: string, isLocal: boolean): Run {
    const id = `${isLocal ? 'local' : 'top'} ${name}`;
    const known = shared.get(id);
    if (known) return known;
    if (!Object.hasOwn(evaluators, name)) throw new RuleProblem(`$ref names "${name}", which is not in $evaluators`);
    if (underWay.has(id)) throw new RuleProblem(`$ref "${name}" leads back to itself`);
    underWay.add(id);
    const run = compile(evaluators[name], isLocal);
    underWay.delete(id);
    shared.set(id, run);
    return run;
  }

  function flagOf(key: unknown, isLocal: boolean): Evaluable {
    if (isLocal) throw new RuleProblem('"flag" stands in a list operator, which sees only elements');
    const flag = typeof key === 'string' ? findFlag(key) : undefined;
    if (!flag) throw new RuleProblem(`it asks for the flag ${JSON.stringify(key)}, which is not there`);
    return flag;
  }

  return {
    compile: (rule) => compile(rule, false),
    linkedTo: (flags) => createRuleCompiler(evaluators, base, bucketing, flags, onChoice),
  };
}
