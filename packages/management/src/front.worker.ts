// The program of the worker that listens when `worker: true` was given. It holds no value of the application: it asks the
// main thread for each, and looks into the main thread when that does not answer.
import { parentPort, workerData } from 'node:worker_threads';
import { toJSON } from '@seaworthy/errors';
import { createMainThreadProbe } from './diagnostics/main-thread.ts';
import { ManagementErrors } from './errors.ts';
import { startFront, type Front } from './front.ts';
import type { FrontSettings } from './options.ts';
import { createRemoteBack } from './remote-back.ts';
import type { ToMain, ToWorker } from './wire.ts';

const port = parentPort;
if (port === null) throw new ManagementErrors.NOT_A_WORKER();

const settings = workerData as FrontSettings;
const tell = (message: ToMain): void => port.postMessage(message);
const remote = createRemoteBack(tell, settings.timeoutMs);
let front: Front | undefined;

port.on('message', (message: ToWorker) => {
  if (message.kind === 'close') void close();
  else if (message.kind === 'end-worker') port.close();
  else remote.receive(message);
});

try {
  front = await startFront({
    settings,
    back: remote,
    probe: createMainThreadProbe(settings.timeoutMs),
    events: {
      answered: (event) => tell({ kind: 'answered', event }),
      dumpTaken: (event) => tell({ kind: 'dump-taken', event }),
    },
  });
  const { url, port: boundPort } = front;
  tell({ kind: 'listening', place: { url, port: boundPort } });
} catch (error) {
  tell({ kind: 'failed', error: toJSON(error) });
  port.close();
}

async function close(): Promise<void> {
  await front?.close();
  tell({ kind: 'closed' });
}
