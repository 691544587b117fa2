import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, platform, totalmem } from 'node:os';
import type { SetValue } from './process.ts';

/** What the operating system says of this process and of the machine. */
export function readOperatingSystem(set: SetValue): void {
  const usage = process.resourceUsage();
  set('process.cpu.time', usage.userCPUTime / 1e6, { 'process.cpu.state': 'user' });
  set('process.cpu.time', usage.systemCPUTime / 1e6, { 'process.cpu.state': 'system' });
  set('process.context_switches', usage.voluntaryContextSwitches, { 'process.context_switch.type': 'voluntary' });
  set('process.context_switches', usage.involuntaryContextSwitches, { 'process.context_switch.type': 'involuntary' });
  set('process.paging.faults', usage.majorPageFault, { 'system.paging.type': 'major' });
  set('process.paging.faults', usage.minorPageFault, { 'system.paging.type': 'minor' });
  set('process.uptime', process.uptime());
  set('process.memory.usage', process.memoryUsage.rss());
  set('process.open_file_descriptor.count', openFiles());
  const status = statusOf();
  set('process.memory.virtual', status.virtualBytes);
  set('process.thread.count', status.threads);
  set('system.cpu.logical.count', availableParallelism());
  // Windows has no load average and says 0.
  if (platform() !== 'win32') set('system.cpu.load_average.1m', loadavg()[0]);
  const free = freemem();
  set('system.memory.usage', free, { 'system.memory.state': 'free' });
  set('system.memory.usage', totalmem() - free, { 'system.memory.state': 'used' });
}

function openFiles(): number | undefined {
  try {
    // One is the directory itself.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

function statusOf(): { readonly virtualBytes?: number; readonly threads?: number } {
  try {
    const text = readFileSync('/proc/self/status', 'utf8');
    const [, kibibytes] = /^VmSize:\s+(\d+) kB$/m.exec(text) ?? [];
    const [, threads] = /^Threads:\s+(\d+)$/m.exec(text) ?? [];
    return {
      ...(kibibytes !== undefined && { virtualBytes: Number(kibibytes) * 1_024 }),
      ...(threads !== undefined && { threads: Number(threads) }),
    };
  } catch {
    return {};
  }
}
