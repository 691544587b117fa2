import { createResilience, ResilienceErrors } from '@seaworthy/resilience';

// A service that answers the third attempt, and hangs or fails before that.
let asked = 0;
async function askStock(signal: AbortSignal): Promise<string> {
  asked += 1;
  if (asked === 1)
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  if (asked === 2) throw new Error('connection reset');
  return '7 in stock';
}

const r = createResilience();
const stock = r.pipeline('stock', {
  totalTimeoutMs: 5_000,
  retry: { max: 3, firstMs: 10 },
  breaker: { window: { ms: 10_000 }, minCalls: 5 },
  attemptTimeoutMs: 50,
  fallback: () => 'unknown',
});

console.log(await stock.execute(({ signal }) => askStock(signal)));
console.log('attempts:', asked);

for (let call = 0; call < 3; call += 1) {
  console.log(await stock.execute(() => Promise.reject(new Error('down'))));
}
const { calls, fallbacks, retries, refused, breaker } = stock.status();
console.log({ calls, fallbacks, retries, refused, breaker });

const report = await r.runAll([() => 'a', () => JSON.parse('{') as string, () => 'c'], { maxRetries: 1 });
console.log(report.results.map(({ status, attempts }) => `${status} after ${attempts}`).join(', '));

const hanging = r.pipeline('hanging').execute(() => new Promise<never>(() => {}));
await r.close();
try {
  await hanging;
} catch (error) {
  if (ResilienceErrors.CLOSED.is(error)) console.log(error.message);
}
