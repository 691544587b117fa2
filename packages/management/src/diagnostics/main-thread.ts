import { ManagementErrors } from '../errors.ts';
import { inTime, takeProfile, withSession, type Post } from './inspector.ts';
import { mostFrames, toFrames, type Probe, type StackView } from './probe.ts';

/** An answer that takes longer is not worth waiting for: whoever asks wants to know what happens now. */
const stackLimitMs = 150;

// Run by the inspector between two steps of whatever the main thread does, on top of its stack: nothing is paused, no
// debugger is switched on, and a `prepareStackTrace` of the application has no say.
const expression = `process.getBuiltinModule('node:util').getCallSites(${mostFrames})`;

/** Looks into the main thread from a worker, also while its loop is stuck. */
export function createMainThreadProbe(limitMs: number): Probe {
  return {
    stack: () => withSession((session) => session.connectToMainThread(), readStack),
    cpu: (options) =>
      withSession(
        (session) => session.connectToMainThread(),
        (post) => takeProfile(post, options, limitMs),
      ),
  };
}

async function readStack(post: Post): Promise<StackView> {
  try {
    const found = await inTime(
      post('Runtime.evaluate', { expression, silent: true, returnByValue: true }),
      stackLimitMs,
    );
    const { value } = found['result'] as { readonly value?: unknown };
    // The first frame is the question itself.
    const frames = toFrames(value).slice(1);
    return { state: frames.length === 0 ? 'WAITING' : 'RUNNABLE', frames };
  } catch (error) {
    if (ManagementErrors.MAIN_THREAD_STUCK.is(error)) return { state: 'BLOCKED', frames: [] };
    throw error;
  }
}
