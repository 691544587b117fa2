// Do fifty processes, whose clocks are hours apart, share one limit of Redis exactly, again and again?
import { setTimeout as wait } from 'node:timers/promises';
import { redis, startRedis } from '@seaworthy/test-services';
import type { RateLimitRule } from '../src/index.ts';
import { startTaker, type Taker } from '../test/fixtures/processes.ts';

const [minutes = '5'] = process.argv.slice(2);
const endsAt = Date.now() + Number(minutes) * 60_000;
const processes = 50;
const takesOfEach = 10;
const limit = 100;
const rules: readonly RateLimitRule[] = [
  { kind: 'sliding-window', limit, windowMs: 3_600_000 },
  { kind: 'token-bucket', perSec: 0.000_01, burst: limit },
];

const found = redis.find();
if (!found.available) {
  process.stdout.write(`${JSON.stringify({ notRun: found.reason })}\n`);
} else {
  let rounds = 0;
  let isExact = true;
  for (; isExact && (rounds === 0 || Date.now() < endsAt); rounds += 1) {
    const rule = rules[rounds % rules.length] ?? { kind: 'sliding-window', limit, windowMs: 3_600_000 };
    const allowed = await round(found.location, rule);
    isExact = allowed.length === processes && allowed.reduce((sum, each) => sum + each, 0) === limit;
    if (!isExact) process.stdout.write(`${JSON.stringify({ rounds, rule, allowed })}\n`);
  }
  process.stderr.write(`${rounds} rounds of ${processes} processes with ${takesOfEach} takes each, limit ${limit}.\n`);
}

/** How many takes each process was allowed. */
async function round(path: string, rule: RateLimitRule): Promise<readonly number[]> {
  const server = await startRedis(path);
  const takers: Taker[] = [];
  try {
    for (let index = 0; index < processes; index += 1) {
      const skewMs = (index - processes / 2) * 3_600_000;
      const args = [String(server.port), '1', String(takesOfEach), String(skewMs), JSON.stringify(rule)];
      takers.push(await startTaker('taker.ts', args));
    }
    await wait(100);
    return await Promise.all(takers.map(async (taker) => taker.go()));
  } finally {
    for (const taker of takers) taker.kill();
    await server.stop();
  }
}
