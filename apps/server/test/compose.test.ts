import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LifecycleErrors } from '@seaworthy/lifecycle';
import { memory } from '@seaworthy/logger';
import { expect, test } from 'vitest';
import { startServer } from '../src/compose.ts';
import { loadSettings } from '../src/settings.ts';

test('what cannot be wired is refused, and the log is closed', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'seaworthy-compose-'));
  try {
    const config = await loadSettings({ variables: {}, args: [], cwd });
    const shutdown = { idle: 'patient', graceMs: 100, lameDuckMs: 200 } as const;
    let closed = 0;
    const sink = { ...memory(), close: () => void (closed += 1) };
    const start = startServer({ ...config, value: { ...config.value, shutdown } }, { sinks: [sink], signals: [] });
    await expect(start).rejects.toSatisfy(LifecycleErrors.INVALID_OPTION.is);
    expect(closed).toBe(1);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});
