// How long does a program wait at its start for metrics and traces, compared with NodeSDK? As users import it: built.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isQuick, median, report } from './harness.ts';

const program = fileURLToPath(new URL('./program.ts', import.meta.url));
const found = { ours: [] as number[], NodeSDK: [] as number[] };
for (let round = 0; round < (isQuick ? 5 : 15); round += 1) {
  for (const subject of ['ours', 'NodeSDK'] as const) {
    const child = fork(program, ['start', subject], { execArgv: [] });
    const [tookMs] = (await once(child, 'message')) as [number];
    if (child.exitCode === null) await once(child, 'exit');
    found[subject].push(tookMs);
  }
}
report({
  name: 'start with metrics and traces, to the first span and measurement',
  peer: '@opentelemetry/sdk-node',
  value: median(found.ours) * 1e6,
  peerValue: median(found.NodeSDK) * 1e6,
  target: 0.55,
  better: 'lower',
  unit: 'ms',
});
