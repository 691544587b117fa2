import { operator, type Compilation, type Operator, type Run } from './operator.ts';

/** What another flag says: our addition to flagd's operators, which `exportFlags` writes as plain ones. */
export const prerequisite: Readonly<Record<string, Operator>> = { flag: operator(2, 2, compileFlagIs) };

/** Whether another flag of the same document has a variant in the same context, as whoever asks for that flag sees it. */
function compileFlagIs({ written: [key, variant], flagOf }: Compilation): Run {
  const flag = flagOf?.(key);
  let isUnderWay = false;
  return (context) => {
    // Documents with a circle are refused; flags that quarantine keeps from different documents can still make one.
    if (isUnderWay) return false;
    isUnderWay = true;
    const answer = flag?.evaluate(context).variant;
    isUnderWay = false;
    return answer !== undefined && answer === variant;
  };
}
