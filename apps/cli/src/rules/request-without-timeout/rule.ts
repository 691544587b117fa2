import type { Node, ProjectFile, ProjectView, Rule } from '../contract.ts';
import { asObject, type CallNode, hasSpread, memberOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, isCommandLine, serverScripts } from '../syntax/scripts.ts';

export const requestWithoutTimeout: Rule = {
  id: 'SEA-R070',
  title: 'request without a timeout',
  category: 'resilience',
  severity: 'warning',
  version: 1,
  why: 'When the other side hangs, every request that waits for it hangs too, until memory or sockets run out.',
  fix: 'Give it a signal with a deadline: `fetch(url, { signal: AbortSignal.timeout(5000) })`.',
  explain: explanation('request-without-timeout'),
  check(project) {
    const scripts = serverScripts(project);
    if (scripts.some(({ text }) => limitsAll.test(text))) return [];
    const isAxiosLimited = scripts.some(({ text }) => limitsAxios.test(text));
    const severity = severityIn(project);
    return inspect(scripts, /\b(fetch|axios)\b/, (report, file) => ({
      CallExpression(call) {
        const isOpen = isOpenFetch(call, file) || (!isAxiosLimited && isOpenAxios(call));
        if (isOpen)
          report(
            call,
            `\`${nameOf(call.callee)}\` waits as long as the other side likes.`,
            isCommandLine(file) ? 'info' : severity,
          );
      },
    }));
  },
};

const limitsAll = /setGlobalDispatcher|bodyTimeout\s*:/;
const limitsAxios = /axios\.defaults\.timeout|axios\.create\([^)]*timeout/s;

function severityIn({ shape }: ProjectView): 'warning' | 'info' {
  return shape === 'service' ? 'warning' : 'info';
}

// A name that the file gives to something of its own: a parameter, a variable, a field.
const ownFetch = /(?:const|let|var|function)\s+fetch\b|[{(,]\s*fetch\s*[,})=:?]/;

function isOpenFetch(call: CallNode, file: ProjectFile): boolean {
  if (!/^(globalThis\.)?fetch$/.test(nameOf(call.callee) ?? '') || ownFetch.test(file.text)) return false;
  const [target, options]: readonly Node[] = call.arguments;
  if (!options)
    return target !== undefined && !/req(uest)?$/i.test(nameOf(target) ?? '') && target.type !== 'SpreadElement';
  return lacks(options, 'signal');
}

function isOpenAxios(call: CallNode): boolean {
  const [, method] = /^axios\.(get|delete|head|options|post|put|patch|request)$/.exec(nameOf(call.callee) ?? '') ?? [];
  if (method === undefined) return false;
  const options = call.arguments[method === 'request' ? 0 : ['post', 'put', 'patch'].includes(method) ? 2 : 1];
  return options === undefined || (lacks(options, 'timeout') && lacks(options, 'signal'));
}

/** Whether the options are written out here, without this one. */
function lacks(options: Node, key: string): boolean {
  const object = asObject(options);
  return object !== undefined && !hasSpread(object) && memberOf(object, key) === undefined;
}
