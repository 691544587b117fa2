// One plugin in a QuickJS of its own. It runs in the thread of the host, so each entry into it has a deadline.
// (1) Only the functions that are given here lead out, and only texts cross.
// (2) What computed too long, or ran out of memory beyond its own `catch`, is over: its calls reject and the host is told.
// (3) It has a WebAssembly module of its own, which is dropped as a whole: after an overflow of its stack QuickJS cannot free a
//     realm any more, and would end all that are in the same module.
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten';
import { PluginErrors } from '../errors.ts';
import { tellGuestLost } from '../events.ts';
import { messageOf } from '../isolate.ts';
import type { AuditTrail } from '../policy.ts';
import { decodeText, encodeText } from './codec.ts';
import { createDeadline, type Deadline } from './cpu-deadline.ts';
import { tooLarge } from './guest-errors.ts';
import { createResidents, type Residents } from './remote.ts';
import { reportHandlers } from './reports.ts';
import { createRpc, type Handler, type Rpc } from './rpc.ts';
import { hostErrors } from './tier-options.ts';
import { firstModule, type WasmModules } from './wasm-modules.ts';

export interface WasmLimits {
  readonly memoryMb: number;
  readonly stackKb: number;
  readonly cpuMs: number;
  readonly messageBytes: number;
  readonly mostRefusals: number;
}

export interface WasmGuestOptions {
  readonly module: QuickJSWASMModule;
  readonly modules: WasmModules;
  readonly limits: WasmLimits;
  readonly audit: AuditTrail | undefined;
}

export interface WasmGuest {
  readonly rpc: Rpc;
  readonly residents: Residents;
  end(): void;
}

/** What QuickJS says of a thrown value. */
function textOf(thrown: unknown): string {
  const { message } = Object(thrown) as { readonly message?: unknown };
  return `it failed with ${typeof message === 'string' ? message : String(thrown)}`;
}

type VmResult =
  | { readonly error: QuickJSHandle; readonly value?: undefined }
  | { readonly error?: undefined; readonly value: QuickJSHandle | number };
type VmCallResult = ReturnType<QuickJSContext['evalCode']>;

const mostJobs = 1_000;
/** For the runtime itself, before any code of a plugin. */
const startLimitMs = 10_000;

export function startWasm(options: WasmGuestOptions): WasmGuest {
  return new Realm(options);
}

class Realm implements WasmGuest {
  readonly rpc: Rpc;
  readonly residents: Residents = createResidents();
  readonly #options: WasmGuestOptions;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #reports: Readonly<Record<string, Handler>>;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #deadline: Deadline = createDeadline();
  /** What the guest has said and nobody has heard yet: nothing of the host runs while QuickJS does. */
  readonly #said: string[] = [];
  #receive: QuickJSHandle | undefined;
  #fire: QuickJSHandle | undefined;
  #isInside = false;
  #refusals = 0;
  #isOver = false;

  constructor(options: WasmGuestOptions) {
    const { module, limits, audit } = options;
    this.#options = options;
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(limits.memoryMb * 1_048_576);
    this.#runtime.setMaxStackSize(limits.stackKb * 1_024);
    this.#runtime.setInterruptHandler(() => this.#deadline.isOver());
    this.#context = this.#runtime.newContext();
    this.#reports = reportHandlers({ tier: 'wasm', residents: this.residents, audit });
    this.rpc = createRpc({
      send: (message) => this.#give(encodeText(message)),
      errors: hostErrors,
      handlers: { ...this.residents.handlers, ...this.#reports },
      onRefused: (why) => this.#refuse(why),
    });
    this.#defineModules();
    this.#defineHost();
    this.#enter(() => this.#context.evalCode(`import 'program';`, firstModule, { type: 'module' }), startLimitMs);
    if (!this.#receive) this.#lose('its runtime did not start');
  }

  end(reason: Error = new PluginErrors.TIER_FAILED({ detail: 'the plugin was closed' })): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.rpc.close(reason);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    const plugins = this.residents.ids;
    const error = new PluginErrors.GUEST_LOST({ tier: 'wasm', plugins: plugins.join(', ') || 'to come', reason });
    this.end(error);
    tellGuestLost({ tier: 'wasm', plugins, reason });
    this.residents.crash(error);
  }

  #defineModules(): void {
    const { modules } = this.#options;
    let refused = new TypeError('the import is refused');
    const attempt = (find: () => string, specifier: string): string | { error: Error } => {
      // QuickJS goes on to load what was refused, without a name.
      if (specifier === '') return { error: refused };
      try {
        return find();
      } catch (error) {
        void this.#reports['refused']?.([null, `import of ${specifier}`], new AbortController().signal);
        refused = new TypeError(messageOf(error));
        return { error: refused };
      }
    };
    this.#runtime.setModuleLoader(
      (name) => attempt(() => modules.load(name), name),
      (importer, specifier) => attempt(() => modules.resolve(importer, specifier), specifier),
    );
  }

  #defineHost(): void {
    const vm = this.#context;
    const host = vm.newObject();
    const add = (name: string, run: (...args: QuickJSHandle[]) => void): void =>
      vm.newFunction(name, (...args) => run(...args)).consume((handle) => vm.setProp(host, name, handle));
    add('send', (text) => this.#hear(text));
    add('startTimer', (id, delayMs, repeats) =>
      this.#startTimer(vm.getNumber(id), vm.getNumber(delayMs), vm.dump(repeats) === true),
    );
    add('stopTimer', (id) => this.#stopTimer(vm.getNumber(id)));
    add('serve', (receive, fire) => {
      this.#receive ??= receive.dup();
      this.#fire ??= fire.dup();
    });
    vm.newNumber(this.#options.limits.messageBytes).consume((handle) => vm.setProp(host, 'longest', handle));
    vm.setProp(vm.global, 'seaworthyHost', host);
    host.dispose();
  }

  #give(text: string): void {
    const receive = this.#receive;
    if (this.#isOver || !receive) return;
    const { messageBytes } = this.#options.limits;
    if (text.length > messageBytes) {
      throw tooLarge(text.length, messageBytes);
    }
    const vm = this.#context;
    this.#enter(() => vm.newString(text).consume((handle) => vm.callFunction(receive, vm.undefined, handle)));
  }

  #hear(text: QuickJSHandle): void {
    const vm = this.#context;
    const length = vm.getProp(text, 'length').consume((handle) => vm.getNumber(handle));
    const { messageBytes } = this.#options.limits;
    if (vm.typeof(text) === 'string' && length <= messageBytes) this.#said.push(vm.getString(text));
    else this.#refuse(`it has ${length} bytes, and at most ${messageBytes} may cross at a time`);
  }

  /** Runs something in QuickJS and all that follows from it there, and then hears what it has said. */
  #enter(task: () => VmCallResult, cpuMs: number = this.#options.limits.cpuMs): void {
    if (this.#isOver) return;
    const wasInside = this.#isInside;
    this.#isInside = true;
    this.#deadline.start(cpuMs);
    try {
      this.#settle(task());
      while (!this.#isOver && this.#runtime.hasPendingJob() && !this.#deadline.isOver()) {
        this.#settle(this.#runtime.executePendingJobs(mostJobs));
      }
      // Code that was ended may have been caught ending: by a promise, or by the runtime.
      if (this.#deadline.wasOver) this.#lose(`it computed for ${cpuMs} ms without a pause`);
    } catch (error) {
      // A failure of the machine itself and not of a plugin's code.
      this.#lose(`QuickJS itself failed: ${messageOf(error)}`);
    } finally {
      this.#isInside = wasInside;
    }
    while (!this.#isInside && this.#said.length > 0) this.#listen(this.#said.shift() ?? '');
  }

  #listen(text: string): void {
    if (this.#isOver) return;
    try {
      this.rpc.receive(decodeText(text));
    } catch {
      this.#refuse('its text is not a value');
    }
  }

  #settle(result: VmResult): void {
    if (!result.error) {
      if (typeof result.value === 'object') result.value.dispose();
      return;
    }
    const thrown: unknown = result.error.consume((handle) => this.#context.dump(handle));
    if (!this.#deadline.wasOver) this.#lose(textOf(thrown));
  }

  #startTimer(id: number, delayMs: number, repeats: boolean): void {
    const vm = this.#context;
    const fire = (): void => {
      const run = this.#fire;
      if (!repeats) this.#timers.delete(id);
      if (run) this.#enter(() => vm.newNumber(id).consume((handle) => vm.callFunction(run, vm.undefined, handle)));
    };
    this.#timers.set(id, repeats ? setInterval(fire, delayMs) : setTimeout(fire, delayMs));
  }

  #stopTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #refuse(why: string): void {
    this.#refusals += 1;
    if (this.#refusals <= this.#options.limits.mostRefusals || this.#isInside) return;
    this.#lose(`it sent ${this.#refusals} messages that were refused, the last because ${why}`);
  }
}
