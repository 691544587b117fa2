import { expectKnown, type OptionNames } from '../expect-option.ts';
import type { PluginPermissions } from '../manifest.ts';
import type { AuditTrail } from '../policy.ts';
import { readCode } from './code-files.ts';
import { orderOf, publisherOf, type ProcessOrder } from './grants.ts';
import { withLimits, type GrantLimits } from './limits.ts';
import { openInPool } from './open-in-pool.ts';
import { permissionFlags } from './permission-flags.ts';
import { createPool } from './pool.ts';
import { startProcess } from './process-guest.ts';
import { expectWhole } from './tier-options.ts';
import type { PluginCode, Tier } from './tier.ts';

export interface ProcessTierOptions {
  /** Plugins of one publisher, with the same permissions and limits, in one process. @default 32 */
  readonly pluginsPerProcess?: number;
  /** Megabytes of memory of a process; a manifest can ask for less in `limits.memoryMb`. @default 512 */
  readonly memoryMb?: number;
  /** How long code may compute without a pause; a manifest can ask for less in `limits.cpuMs`. @default 5000 */
  readonly unresponsiveMs?: number;
  /** Bytes of the largest value that may cross; a manifest can ask for less in `limits.messageBytes`. @default 16777216 */
  readonly messageBytes?: number;
  /** How many forged or oversized messages of a process are refused before it is killed. @default 100 */
  readonly mostRefusals?: number;
  /** How long a process may take until it serves. @default 30000 */
  readonly startTimeoutMs?: number;
  /** Who a plugin is from; plugins of one publisher can reach each other. @default the scope of its id, else the id */
  readonly publisherOf?: (code: PluginCode) => string;
  /** What a plugin is granted of what it asks for. @default all of it */
  readonly grant?: (asked: PluginPermissions, code: PluginCode) => PluginPermissions;
  /**
   * What a plugin may use up of what its manifest asks for in `limits`: for plugins that need more than the others.
   *
   * @default what it asks for, but no more than the options say
   */
  readonly grantLimits?: GrantLimits;
  /** Written to when a process refuses something. */
  readonly audit?: AuditTrail;
  /** The Node to start. @default process.execPath */
  readonly nodePath?: string;
}

const optionNames: OptionNames<ProcessTierOptions> = {
  pluginsPerProcess: true,
  memoryMb: true,
  unresponsiveMs: true,
  messageBytes: true,
  mostRefusals: true,
  startTimeoutMs: true,
  publisherOf: true,
  grant: true,
  grantLimits: true,
  audit: true,
  nodePath: true,
};

/**
 * Runs plugins in child processes that Node's permission model and a guard close: for code that is not trusted.
 *
 * What was not granted is refused; a process that computes without a pause or takes too much memory is killed, and its plugins
 * fail. Plugins are ES modules that bring what they import with them.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION; PERMISSION_MODEL_MISSING when this Node has none.
 */
export function processTier(options: ProcessTierOptions = {}): Tier {
  expectKnown('', options, optionNames);
  const { pluginsPerProcess = 32, mostRefusals = 100, startTimeoutMs = 30_000, audit } = options;
  const { memoryMb = 512, unresponsiveMs = 5_000, messageBytes = 16_777_216, nodePath = process.execPath } = options;
  expectWhole('pluginsPerProcess', pluginsPerProcess, 1);
  expectWhole('memoryMb', memoryMb, 64);
  expectWhole('unresponsiveMs', unresponsiveMs, 100);
  expectWhole('messageBytes', messageBytes, 1_024);
  expectWhole('mostRefusals', mostRefusals, 0);
  expectWhole('startTimeoutMs', startTimeoutMs, 1);
  permissionFlags({ read: [], write: [], net: false });
  const { grant = (asked: PluginPermissions): PluginPermissions => asked, grantLimits } = options;
  const orders = { publisherOf, ...options, memoryMb, unresponsiveMs, messageBytes };
  const pool = createPool<ProcessOrder>({
    mostPlugins: pluginsPerProcess,
    start: (order) => startProcess(order, { nodePath, mostRefusals, startTimeoutMs, audit }),
  });
  return {
    name: 'process',
    async open(asking, opening) {
      // What was granted is also what the host does for it.
      const permissions = grant(asking.manifest.permissions ?? {}, asking);
      const limited = withLimits(asking, { memoryMb, cpuMs: unresponsiveMs, messageBytes }, grantLimits);
      const code = { ...limited, manifest: { ...limited.manifest, permissions } };
      const [order, input] = await Promise.all([orderOf(code, orders), readCode(code, opening.signal)]);
      return await openInPool(pool, { order, code, input }, opening);
    },
    close: () => pool.close(),
  };
}
