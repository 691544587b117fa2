import { getCallSites } from 'node:util';
import { takeProfile, withSession } from './inspector.ts';
import { mostFrames, toFrames, type Probe } from './probe.ts';

/** Looks into the thread that it runs in. What is on its stack is, by necessity, the one who looks. */
export function createOwnProbe(limitMs: number): Probe {
  return {
    stack: async () => ({ state: 'RUNNABLE', frames: toFrames(getCallSites(mostFrames)) }),
    cpu: (options) =>
      withSession(
        (session) => session.connect(),
        (post) => takeProfile(post, options, limitMs),
      ),
  };
}
