import { expect, test } from 'vitest';
import { finish, start } from './programs.ts';

// A program of its own: the ES module that a bundler would take of the OpenTelemetry API has paths that Node cannot follow.
test('otel: true takes the ids of the active span from the real @opentelemetry/api, across what is awaited', async () => {
  const { stdout, stderr, code } = await finish(start('tracing', []));
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const [inside, outside] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(inside).toMatchObject({
    message: 'inside',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    trace_flags: '01',
  });
  expect(outside).not.toHaveProperty('trace_id');
});
