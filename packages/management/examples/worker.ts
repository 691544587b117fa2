// A process whose main thread is stuck answers from its worker, and says where it is.
import { Worker } from 'node:worker_threads';
import { startManagement } from '@seaworthy/management';

const token = 'an-example-token-for-this-program';
const management = await startManagement({ port: 0, token, worker: true });

// Somebody else asks, in the middle of the work.
const asks = `
  const { parentPort, workerData } = require('node:worker_threads');
  setTimeout(async () => {
    const headers = { authorization: 'Bearer ' + workerData.token };
    const response = await fetch(workerData.url + '/diagnostics/stack', { headers });
    parentPort.postMessage(await response.text());
  }, 200);`;
const operator = new Worker(asks, { eval: true, workerData: { url: management.url, token } });
const answer = new Promise<string>((resolve) => operator.once('message', resolve));
await new Promise((resolve) => operator.once('online', resolve));

function sumAllOrders(): number {
  let sum = 0;
  for (const until = performance.now() + 3_000; performance.now() < until; sum += 1);
  return sum;
}
sumAllOrders();

const { threads } = JSON.parse(await answer) as {
  threads: { threadState: string; stackTrace: { methodName: string }[] }[];
};
const [main] = threads;
const stuck = main?.stackTrace.find(({ methodName }) => methodName === 'sumAllOrders');
console.log(main?.threadState, stuck?.methodName);
await management.close();
