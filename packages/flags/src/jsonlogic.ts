export { compile, operatorNames } from './jsonlogic/compile.ts';
export type { Rule, RuleOptions } from './jsonlogic/compile.ts';
export { FlagErrors } from './errors.ts';
