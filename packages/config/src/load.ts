import { writeBackup } from './backup.ts';
import { describeSnapshot, explainKey, findEntry, type Config } from './config.ts';
import type { ConfigDocuments } from './docs.ts';
import {
  openHistory,
  timeText,
  type ConfigVersion,
  type History,
  type HistoryOptions,
  type StoredVersion,
} from './history.ts';
import { ConfigErrors } from './errors.ts';
import { keepFresh } from './keep-fresh.ts';
import type { Listener } from './listeners.ts';
import { createLiveForm, type LiveForm } from './live-form.ts';
import { expectOption, longestTimerMs } from './options.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { isSecret, Secret, type FollowedSecret } from './secret.ts';
import type { CompiledShape, Shape, ValueOf } from './shape.ts';
import { takeSnapshot, type Snapshot, type SnapshotPlan } from './snapshot.ts';
import type { WatchOptions } from './watch.ts';

export interface LoadOptions {
  /** Gives up loading when it aborts. */
  readonly signal?: AbortSignal;
  /** Gives up on a source, and on a check of a value, after this long. @default 10000 */
  readonly timeoutMs?: number;
  /** Relative paths start here. @default process.cwd() */
  readonly cwd?: string;
  /** Reads the sources again when their files change. @default false */
  readonly watch?: boolean | WatchOptions;
  /** What to keep of earlier versions. @default the last 20, in memory */
  readonly history?: HistoryOptions;
}

/** Takes the first snapshot, and everything that follows it. */
export async function loadConfig<S extends Shape>(
  makePlan: () => SnapshotPlan,
  documents: ConfigDocuments,
  options: LoadOptions,
): Promise<Config<S>> {
  const { timeoutMs = 1, history: { keep = 1 } = {}, watch = false } = options;
  const { quietMs = 1 } = typeof watch === 'object' ? watch : {};
  expectOption('timeoutMs', timeoutMs, timeoutMs > 0, 'a number above 0');
  expectOption('history.keep', keep, Number.isSafeInteger(keep) && keep >= 1, 'a whole number of at least 1');
  expectOption('watch.quietMs', quietMs, quietMs >= 0 && quietMs <= longestTimerMs, 'a number from 0 to 2147483647');
  const plan = makePlan();
  const freshness = watch === false ? undefined : keepFresh(plan, watch === true ? {} : watch);
  try {
    const taking = takeSnapshot(plan, options.signal);
    const first = taking instanceof Promise ? await taking : taking;
    const opening = openHistory(plan.shape, options.history ?? {});
    const history = opening instanceof Promise ? await opening : opening;
    const begun = history.begin(first.values);
    const runtime = createRuntime(plan, first, begun instanceof Promise ? await begun : begun, history);
    freshness?.follow(runtime);
    const close = async (): Promise<void> => {
      freshness?.stop();
      await runtime.close();
    };
    return createConfig<S>({ plan, documents, runtime, history, close });
  } catch (error) {
    freshness?.stop();
    throw error;
  }
}

interface Parts {
  readonly plan: SnapshotPlan;
  readonly documents: ConfigDocuments;
  readonly runtime: Runtime;
  readonly history: History;
  readonly close: () => Promise<void>;
}

function createConfig<S extends Shape>({ plan, documents, runtime, history, close }: Parts): Config<S> {
  const { shape, environment } = plan;
  let live: LiveForm | undefined;
  // Made when it is first asked for: most programs show no form.
  const form = (): LiveForm => (live ??= createLiveForm(shape, runtime));
  const members: Omit<Config<S>, 'value' | Exclude<keyof ConfigDocuments, keyof LiveForm>> = {
    formModel: () => form().formModel(),
    form: (given) => form().form(given),
    parseForm: (entries) => form().parseForm(entries),
    environment,
    secret: (key) => followSecret(shape, runtime, key),
    explain: (key) => explainKey(shape, runtime.snapshot(), key),
    describe: () => describeSnapshot(shape, runtime.snapshot()),
    status: () => runtime.status(),
    reload: async ({ signal } = {}) => runtime.reload('reload', signal),
    update: async (patch, { by = 'update', version } = {}) =>
      runtime.update(patch, by, version ?? live?.versionFor(patch)),
    onChange: (key, listener) => runtime.onChange(findEntry(shape, key).key, untyped(listener)),
    history: () => history.versions().map(withoutValues),
    rollback: async (version) => runtime.rollback(version),
    backup: async (path) => writeBackup(path, shape, runtime.snapshot().values),
    close,
    [Symbol.asyncDispose]: close,
  };
  return Object.assign(new LiveValue<S>(runtime), documents, members);
}

/** A class for one getter: V8 makes a new hidden class for each object literal with a getter, and keeps it, with all it can see, until a full collection. */
class LiveValue<S extends Shape> {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get value(): ValueOf<S> {
    return treeOf<S>(this.#runtime.snapshot());
  }
}

function withoutValues({ version, at, by, changes }: StoredVersion): ConfigVersion {
  return { version, at: timeText(at), by, changes };
}

// The tree was built, and the listener is called, by the compiled form of this very shape.
function treeOf<S extends Shape>(snapshot: Snapshot): ValueOf<S>;
function treeOf(snapshot: Snapshot): unknown {
  return snapshot.tree;
}

function untyped<T>(listener: (now: T, was: T) => void): Listener;
function untyped(listener: Listener): Listener {
  return listener;
}

/** A secret that is always the one of the current snapshot. */
function followSecret<Value>(shape: CompiledShape, runtime: Runtime, key: string): FollowedSecret<Value>;
function followSecret(shape: CompiledShape, runtime: Runtime, key: string): Secret<unknown> {
  const entry = findEntry(shape, key);
  if (!entry.leaf.secret) throw new ConfigErrors.NOT_SECRET({ key });
  return Secret.following(() => {
    const current = runtime.snapshot().values.get(key)?.value;
    return isSecret(current) ? current.reveal() : current;
  });
}
