import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeWhenAllAccepted } from '../src/accepting.ts';

// The turns of the event loop and the clock are the test's own.
let immediates: (() => void)[] = [];
let now = 0;
beforeEach(() => {
  immediates = [];
  vi.stubGlobal('setImmediate', (run: () => void) => immediates.push(run));
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Turn {
  readonly accepts: number;
  readonly lastsMs?: number;
}

/** Begins to wait; each turn accepts what it is told, and says whether the server has closed. */
function begin(): { turn: (given: Turn) => boolean; abort: () => void } {
  const time = new AbortController();
  let accepted = 0;
  let isClosed = false;
  void closeWhenAllAccepted({ accepted: () => accepted, close: () => (isClosed = true) }, time.signal);
  return {
    abort: () => time.abort(),
    turn({ accepts, lastsMs = 0 }) {
      accepted += accepts;
      now += lastsMs;
      for (const run of immediates.splice(0)) run();
      return isClosed;
    },
  };
}

test('(1) the turn in which the wait begins does not count: its poll is over', () => {
  const { turn } = begin();
  expect(turn({ accepts: 0 })).toBe(false);
  expect(turn({ accepts: 0 })).toBe(true);
});

test('(1) the server goes on accepting as long as every turn accepts', () => {
  const { turn } = begin();
  turn({ accepts: 0 });
  for (let n = 0; n < 50; n += 1) expect(turn({ accepts: 1 })).toBe(false);
  expect(turn({ accepts: 0 })).toBe(true);
});

test('(2) a long turn does not count: connections may have come since its poll', () => {
  const { turn } = begin();
  turn({ accepts: 0 });
  for (let n = 0; n < 10; n += 1) expect(turn({ accepts: 0, lastsMs: 20 })).toBe(false);
  expect(turn({ accepts: 0, lastsMs: 0.05 })).toBe(true);
});

test('(2) what counts as short grows with the wait', () => {
  const { turn } = begin();
  turn({ accepts: 0 });
  expect(turn({ accepts: 0, lastsMs: 400 })).toBe(false);
  expect(turn({ accepts: 0, lastsMs: 2 })).toBe(true);
});

test('(3) after two seconds the server closes, however many still come', () => {
  const { turn } = begin();
  const closed = Array.from({ length: 50 }, () => turn({ accepts: 1, lastsMs: 50 }));
  expect(closed.indexOf(true)).toBe(39);
});

test('an aborted wait closes in its next turn', () => {
  const { turn, abort } = begin();
  turn({ accepts: 1 });
  abort();
  expect(turn({ accepts: 1 })).toBe(true);
});
