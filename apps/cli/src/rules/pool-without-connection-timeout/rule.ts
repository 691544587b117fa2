import type { Rule } from '../contract.ts';
import { asObject, hasSpread, memberOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const poolWithoutConnectionTimeout: Rule = {
  id: 'SEA-R073',
  title: 'database pool without a connection timeout',
  category: 'resilience',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'When all connections are taken, or the database is gone, every query waits for ever instead of failing.',
  fix: 'Set `connectionTimeoutMillis`, and answer 503 when it passes.',
  explain: explanation('pool-without-connection-timeout'),
  check(project) {
    if (!project.dependencies.has('pg')) return [];
    return inspect(serverScripts(project), /['"]pg['"]/, (report) => ({
      NewExpression(created) {
        const [argument] = created.arguments;
        const options = asObject(argument);
        if (!/^(\w+\.)?Pool$/.test(nameOf(created.callee) ?? '') || (argument && !options)) return;
        if (options && (hasSpread(options) || memberOf(options, 'connectionTimeoutMillis'))) return;
        report(created, 'This pool lets a query wait for a connection for ever.');
      },
    }));
  },
};
