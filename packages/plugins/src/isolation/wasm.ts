import type { QuickJSWASMModule } from 'quickjs-emscripten';
import { PluginErrors } from '../errors.ts';
import { expectKnown, type OptionNames } from '../expect-option.ts';
import { messageOf } from '../isolate.ts';
import type { AuditTrail } from '../policy.ts';
import { readCode } from './code-files.ts';
import { withLimits, type GrantLimits } from './limits.ts';
import { expectWhole } from './tier-options.ts';
import type { OpenedPlugin, OpenOptions, PluginCode, Tier } from './tier.ts';
import { startWasm, type WasmGuest, type WasmLimits } from './wasm-guest.ts';
import { createModules, createRuntimeSources } from './wasm-modules.ts';

export interface WasmTierOptions {
  /** Megabytes of memory of a plugin; its manifest can ask for less in `limits.memoryMb`. @default 32 */
  readonly memoryMb?: number;
  /** Kilobytes of its stack. @default 256 */
  readonly stackKb?: number;
  /** How long code may hold the thread of the host; a manifest can ask for less in `limits.cpuMs`. @default 1000 */
  readonly cpuMs?: number;
  /** Characters of the largest value that may cross; a manifest can ask for less in `limits.messageBytes`. @default 4194304 */
  readonly messageBytes?: number;
  /** How many forged or oversized messages of a plugin are refused before it is ended. @default 100 */
  readonly mostRefusals?: number;
  /**
   * What a plugin may use up of what its manifest asks for in `limits`: for plugins that need more than the others.
   *
   * @default what it asks for, but no more than the options say
   */
  readonly grantLimits?: GrantLimits;
  /** Written to when something is refused. */
  readonly audit?: AuditTrail;
}

const optionNames: OptionNames<WasmTierOptions> = {
  memoryMb: true,
  stackKb: true,
  cpuMs: true,
  messageBytes: true,
  mostRefusals: true,
  grantLimits: true,
  audit: true,
};

/**
 * Runs each plugin in a QuickJS of its own, compiled to WebAssembly, within the process of the host: for code that is not trusted.
 *
 * Nothing is there but the language and `ctx`. Code that computes too long or takes too much memory is ended, and its plugin
 * fails; until then it holds the thread of the host. Plugins are ES modules that bring what they import with them. Needs the
 * package `quickjs-emscripten`; a plugin fails to load with PEER_MISSING without it.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export function wasmTier(options: WasmTierOptions = {}): Tier {
  expectKnown('', options, optionNames);
  const { memoryMb = 32, stackKb = 256, cpuMs = 1_000, messageBytes = 4_194_304, mostRefusals = 100 } = options;
  const { grantLimits, audit } = options;
  expectWhole('memoryMb', memoryMb, 1);
  expectWhole('stackKb', stackKb, 64);
  expectWhole('cpuMs', cpuMs, 1);
  expectWhole('messageBytes', messageBytes, 1_024);
  expectWhole('mostRefusals', mostRefusals, 0);
  const defaults = { memoryMb, stackKb, cpuMs, messageBytes, mostRefusals };
  const readRuntime = createRuntimeSources();
  return {
    name: 'wasm',
    async open(asking, opening) {
      const code = withLimits(asking, { memoryMb, cpuMs, messageBytes }, grantLimits);
      const files = await readCode(code, opening.signal);
      const { newQuickJSWASMModule } = await importPeer();
      const module = await newQuickJSWASMModule();
      opening.signal.throwIfAborted();
      const modules = createModules(files, readRuntime);
      const limits = limitsOf(code, defaults);
      const guest = startWasm({ module, modules, limits, audit });
      return await openGuest(guest, modules.entry, code, opening);
    },
  };
}

async function openGuest(
  guest: WasmGuest,
  entry: string,
  code: PluginCode,
  opening: OpenOptions,
): Promise<OpenedPlugin> {
  const resident = guest.residents.add(code, opening);
  const close = async (): Promise<void> => {
    resident.close();
    guest.end();
  };
  try {
    return { plugin: await resident.open(guest.rpc, { entry }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function limitsOf({ manifest }: PluginCode, defaults: WasmLimits): WasmLimits {
  const { memoryMb = defaults.memoryMb, cpuMs = defaults.cpuMs } = manifest.limits ?? {};
  const { messageBytes = defaults.messageBytes } = manifest.limits ?? {};
  return { ...defaults, memoryMb, cpuMs, messageBytes };
}

async function importPeer(): Promise<{ readonly newQuickJSWASMModule: () => Promise<QuickJSWASMModule> }> {
  try {
    return await import('quickjs-emscripten');
  } catch (cause) {
    throw new PluginErrors.PEER_MISSING({ peer: 'quickjs-emscripten', detail: messageOf(cause) }, { cause });
  }
}
