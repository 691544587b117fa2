import { expect, test } from 'vitest';
import { createCertifier, type CertifierStore } from '../../src/modules/marketplace/certifier.ts';
import type { Certification, CheckResult } from '../../src/modules/marketplace/certification-store.ts';
import { silentLogger } from '../support/silent-logger.ts';

const passed: CheckResult = { name: 'archive', outcome: 'passed', detail: '', findings: [] };

/** Certifications in memory, with the states that they went through. */
function memory(states: Readonly<Record<number, string>>) {
  const now = new Map(Object.entries(states).map(([id, state]) => [Number(id), state]));
  const moves: string[] = [];
  const of = (state: string) => [...now].filter(([, each]) => each === state).map(([id]) => ({ id }) as Certification);
  const store: CertifierStore = {
    checking: () => Promise.resolve(of('checking')),
    nextSubmitted: () => Promise.resolve(of('submitted')[0]),
    move({ id, to }) {
      now.set(id, to);
      moves.push(`${id} ${to}`);
      return Promise.resolve(true);
    },
  };
  return { store, moves, submit: (id: number) => void now.set(id, 'submitted') };
}

test('(2) what a stopped server was checking is checked again, before what was submitted later', async () => {
  const { store, moves } = memory({ 7: 'checking', 8: 'submitted' });
  await using certifier = createCertifier({ store, logger: silentLogger, check: () => Promise.resolve([passed]) });
  await certifier.idle();
  expect(moves).toEqual(['7 submitted', '7 checking', '7 in-review', '8 checking', '8 in-review']);
});

test('what is submitted while it works is not forgotten', async () => {
  const { store, moves, submit } = memory({ 1: 'submitted' });
  await using certifier = createCertifier({
    store,
    logger: silentLogger,
    check({ id }) {
      if (id === 1) {
        submit(2);
        certifier.wake();
      }
      return Promise.resolve([passed]);
    },
  });
  await certifier.idle();
  expect(moves.at(-1)).toBe('2 in-review');
});

test('(3) a mistake of ours refuses nobody: a reviewer is told that the checks were not done', async () => {
  const { store, moves } = memory({ 1: 'submitted' });
  const check = () => Promise.reject(new TypeError('a mistake'));
  await using certifier = createCertifier({ store, logger: silentLogger, check });
  await certifier.idle();
  expect(moves).toEqual(['1 checking', '1 in-review']);
});

test('(1) a check that is interrupted by the end of the server leaves the certification as it is', async () => {
  const { store, moves } = memory({ 1: 'submitted' });
  const started = Promise.withResolvers<void>();
  const certifier = createCertifier({
    store,
    logger: silentLogger,
    check: (_certification, signal) =>
      new Promise((_resolve, reject) => {
        started.resolve();
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  });
  await started.promise;
  await certifier[Symbol.asyncDispose]();
  expect(moves).toEqual(['1 checking']);
});
