import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, integer, record } from 'fast-check';
import { fileCheckpoint, migrateAll, SchemaErrors, subject } from '../src/index.ts';
import type { Checkpoint, DeadLetter, MigrateAllOptions, MigratedRecord, StoredRecord } from '../src/index.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });

const kind = subject('a', z.object({ n: z.int() }))
  .version(2, z.object({ n: z.int(), m: z.int() }), { up: ({ n }) => ({ n, m: n }), down: ({ n }) => ({ n }) })
  .version(3, z.object({ m: z.int() }), { up: ({ m }) => ({ m }), down: ({ m }) => ({ n: m, m }) });
const oneWay = subject('a', z.object({})).version(2, z.object({}), { up: () => ({}) });

/** A store in memory that is migrated in place, and remembers what it was asked. */
function store(records: readonly Omit<StoredRecord, 'key'>[]) {
  const rows = new Map<string, StoredRecord>(
    records.map((row, index) => [
      `k${String(index).padStart(4, '0')}`,
      { ...row, key: `k${String(index).padStart(4, '0')}` },
    ]),
  );
  const batches: (readonly MigratedRecord[])[] = [];
  const letters: DeadLetter[] = [];
  let kept: Checkpoint | undefined;
  let closed = 0;
  return {
    rows,
    batches,
    letters,
    closed: () => closed,
    checkpoint: {
      read: () => kept,
      write: (checkpoint: Checkpoint) => {
        kept = checkpoint;
      },
    },
    deadLetters: { write: (some: readonly DeadLetter[]) => void letters.push(...some) },
    source: {
      *read(after = '') {
        try {
          for (const [key, row] of rows) if (key > after) yield row;
        } finally {
          closed += 1;
        }
      },
    },
    sink: {
      write: (batch: readonly MigratedRecord[]) => {
        batches.push(batch);
        for (const { key, version, data } of batch) rows.set(key, { key, version, data });
      },
    },
  };
}

const old = (count: number) => Array.from({ length: count }, (_, n) => ({ version: 1, data: { n } }));

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'migrate-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe('migrateAll', () => {
  test('brings every record to the latest version, in batches', async () => {
    const data = store([...old(5), { version: 3, data: { m: 7 } }, { version: 2, data: { n: 1, m: 2 } }]);
    const told: number[] = [];
    const onProgress = ({ read }: { read: number }) => told.push(read);
    const report = await migrateAll({ subject: kind, ...data, batchSize: 3, onProgress });
    expect([...data.rows.values()].map(({ version, data }) => [version, data])).toEqual([
      ...[0, 1, 2, 3, 4].map((m) => [3, { m }]),
      [3, { m: 7 }],
      [3, { m: 2 }],
    ]);
    expect(report).toMatchObject({ read: 7, migrated: 6, current: 1, dead: 0, position: 'k0006', problems: [] });
    expect(data.batches.map((batch) => batch.length)).toEqual([3, 2, 1]);
    expect(told).toEqual([3, 6, 7]);
  });

  test('goes back by `down`', async () => {
    const data = store([{ version: 3, data: { m: 4 } }, ...old(1)]);
    const report = await migrateAll({ subject: kind, ...data, to: 1 });
    expect([...data.rows.values()].map(({ data }) => data)).toEqual([{ n: 4 }, { n: 0 }]);
    expect(report).toMatchObject({ migrated: 1, current: 1 });
  });

  test('(2) reads nothing when a `down` is missing', async () => {
    let reads = 0;
    const source = { read: () => ((reads += 1), []) };
    await expect(migrateAll({ subject: oneWay, source, sink: store([]).sink, to: 1 })).rejects.toEqual(
      codeOf('MISSING_DOWN'),
    );
    expect(reads).toBe(0);
  });

  const wrong: { options: Partial<MigrateAllOptions>; code: string }[] = [
    { options: { to: 9 }, code: 'FUTURE_VERSION' },
    { options: { to: 0 }, code: 'UNKNOWN_VERSION' },
    { options: { batchSize: 0 }, code: 'INVALID_OPTION' },
    { options: { timeoutMs: -1 }, code: 'INVALID_OPTION' },
    { options: { maxDeadLetters: 0.5 }, code: 'INVALID_OPTION' },
  ];
  for (const { options, code } of wrong) {
    test(`refuses ${JSON.stringify(options)} with ${code}`, async () => {
      await expect(migrateAll({ subject: kind, ...store([]), ...options })).rejects.toEqual(codeOf(code));
    });
  }

  test('a dry run writes nothing and tells what would fail', async () => {
    const data = store([...old(2), { version: 1, data: {} }]);
    const before = JSON.stringify([...data.rows]);
    const { deadLetters: _, ...rest } = data;
    const report = await migrateAll({ subject: kind, ...rest, dryRun: true });
    expect(report).toMatchObject({ read: 3, migrated: 2, dead: 1 });
    expect(report.problems).toEqual([
      {
        key: 'k0002',
        code: 'seaworthy.schema-registry.INVALID_DATA',
        message: expect.stringContaining('n: ') as string,
      },
    ]);
    expect([JSON.stringify([...data.rows]), data.batches, data.checkpoint.read()]).toEqual([before, [], undefined]);
  });
});

describe('a record that cannot be migrated', () => {
  const future = { version: 8, data: { from: 'the future' } };

  test('(3) of a future version is a dead letter with all of its data, and stays', async () => {
    const data = store([...old(1), future, ...old(1)]);
    const report = await migrateAll({ subject: kind, ...data });
    expect(data.letters).toEqual([
      {
        record: { key: 'k0001', ...future },
        code: 'seaworthy.schema-registry.FUTURE_VERSION',
        message: expect.stringContaining('versions up to 3') as string,
      },
    ]);
    expect(data.rows.get('k0001')).toEqual({ key: 'k0001', ...future });
    expect(report).toMatchObject({ migrated: 2, dead: 1 });
  });

  test('(3) ends the migration without dead letters, and the records before it are kept', async () => {
    const data = store([...old(2), future, ...old(2)]);
    const { deadLetters: _, ...rest } = data;
    await expect(migrateAll({ subject: kind, ...rest })).rejects.toEqual(codeOf('FUTURE_VERSION'));
    expect(data.checkpoint.read()).toMatchObject({ position: 'k0001', migrated: 2 });
    expect(data.closed()).toBe(1);
    data.rows.delete('k0002');
    expect(await migrateAll({ subject: kind, ...rest })).toMatchObject({ read: 4, migrated: 4, resumedAfter: 'k0001' });
  });

  test('ends the migration when there are too many', async () => {
    const data = store([future, future, future]);
    const run = migrateAll({ subject: kind, ...data, maxDeadLetters: 1, batchSize: 1 });
    await expect(run).rejects.toEqual(codeOf('TOO_MANY_DEAD_LETTERS'));
    expect(data.letters).toHaveLength(2);
  });
});

describe('a migration that stops', () => {
  test('(1) goes on after the last acknowledged batch, wherever it failed', async () => {
    const failing = record({
      count: integer({ min: 0, max: 20 }),
      batchSize: integer({ min: 1, max: 6 }),
      fails: integer({ min: 0, max: 8 }),
    });
    await assert(
      asyncProperty(failing, async ({ count, batchSize, fails }) => {
        const data = store(old(count));
        let writes = 0;
        const sink = {
          write: (batch: readonly MigratedRecord[]) => {
            writes += 1;
            if (writes === fails) throw new RangeError('disk full');
            data.sink.write(batch);
          },
        };
        const run = () => migrateAll({ subject: kind, ...data, sink, batchSize });
        const first = await run().catch((error: unknown) => error);
        if (first instanceof RangeError) await run();
        expect([...data.rows.values()].every(({ version }) => version === 3)).toBe(true);
        const written = data.batches.flat().map(({ key }) => key);
        expect(new Set(written).size).toBe(count);
        expect(written).toHaveLength(count);
      }),
    );
  });

  test('by its signal begins no other batch and closes the source', async () => {
    const data = store(old(10));
    const stop = new AbortController();
    const reason = new RangeError('enough');
    const onProgress = () => stop.abort(reason);
    const run = migrateAll({ subject: kind, ...data, batchSize: 4, signal: stop.signal, onProgress });
    await expect(run).rejects.toBe(reason);
    expect([data.batches.length, data.closed(), data.checkpoint.read()?.position]).toEqual([1, 1, 'k0003']);
  });

  test('by its signal does not wait for a source that never answers', async () => {
    const stop = new AbortController();
    const source = {
      read: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }),
    };
    const run = migrateAll({ subject: kind, source, sink: store([]).sink, signal: stop.signal });
    stop.abort(new RangeError('enough'));
    await expect(run).rejects.toThrow('enough');
  });

  test('by the deadline of a sink says what it waited for', async () => {
    let wasTold = false;
    const sink = {
      write: (_: unknown, { signal }: { signal: AbortSignal }) => {
        signal.addEventListener('abort', () => (wasTold = true));
        return new Promise<void>(() => undefined);
      },
    };
    const run = migrateAll({ subject: kind, source: store(old(1)).source, sink, timeoutMs: 20 });
    await expect(run).rejects.toEqual(codeOf('BATCH_TIMED_OUT'));
    await expect(run).rejects.toThrow('To write a batch after the record at the start');
    expect(wasTold).toBe(true);
  });

  test('(4) a source is not asked for more while a batch is written', async () => {
    let asked = 0;
    const seen: number[] = [];
    const source = {
      async *read() {
        for (let n = 0; n < 9; n += 1) {
          asked += 1;
          yield { key: `k${n}`, version: 1, data: { n } };
        }
      },
    };
    const write = async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      seen.push(asked);
    };
    await migrateAll({ subject: kind, source, sink: { write }, batchSize: 3 });
    expect(seen).toEqual([3, 6, 9]);
  });
});

describe('a checkpoint', () => {
  const checkpoint = { subject: 'a', to: 3, position: 'k0001', read: 2, migrated: 2, current: 0, dead: 0 };

  test('in a file is replaced as a whole and leaves nothing beside it', async () => {
    const path = await folder();
    const file = fileCheckpoint(join(path, 'checkpoint.json'));
    expect(await file.read()).toBeUndefined();
    await file.write({ ...checkpoint, read: 9 });
    await file.write(checkpoint);
    expect(await file.read()).toEqual(checkpoint);
    expect(await readdir(path)).toEqual(['checkpoint.json']);
  });

  for (const text of ['', '{', '[]', 'null', '{"subject":"a"}']) {
    test(`of ${JSON.stringify(text)} is refused and stays`, async () => {
      const path = join(await folder(), 'checkpoint.json');
      await writeFile(path, text);
      const run = migrateAll({ subject: kind, ...store(old(1)), checkpoint: fileCheckpoint(path) });
      await expect(run).rejects.toEqual(codeOf('CHECKPOINT_UNREADABLE'));
      expect(await readFile(path, 'utf8')).toBe(text);
    });
  }

  test('of another migration is refused', async () => {
    const data = store(old(1));
    data.checkpoint.write({ ...checkpoint, to: 2 });
    const run = migrateAll({ subject: kind, ...data });
    await expect(run).rejects.toEqual(codeOf('CHECKPOINT_MISMATCH'));
    await expect(run.catch((error: unknown) => SchemaErrors.CHECKPOINT_MISMATCH.is(error))).resolves.toBe(true);
  });
});
