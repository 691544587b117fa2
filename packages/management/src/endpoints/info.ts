import { availableParallelism, hostname } from 'node:os';
import type { AppInfo } from '../app-info.ts';
import { toPlain } from '../plain.ts';
import type { Route } from '../route.ts';

/**
 * `/info`: what the application tells everyone of itself, its build and commit; for those who may see values its
 * dependencies, the runtime and the environment too.
 */
export function infoRoute(info: object | (() => unknown) | undefined, app: AppInfo | undefined): Route {
  return {
    name: 'info',
    isOpen: true,
    async read({ path, isTrusted, ask }) {
      if (path.length > 0) return undefined;
      const given = toPlain(
        'info',
        await ask('info', () => (typeof info === 'function' ? (info as () => unknown)() : info)),
      );
      const own = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : { info: given };
      return { body: { ...app?.shown, ...own, ...(isTrusted && inside(app)) } };
    },
  };
}

function inside(app: AppInfo | undefined): object {
  const { version, pid, ppid, platform, arch } = process;
  const runtime = { name: 'node', version, pid, platform, arch, uptimeMs: Math.round(process.uptime() * 1_000) };
  const environment = {
    nodeEnv: process.env['NODE_ENV'] ?? null,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    host: hostname(),
    parentPid: ppid,
    cpus: availableParallelism(),
    memoryLimitBytes: process.constrainedMemory() || null,
  };
  return { ...(app && { dependencies: app.dependencies }), runtime, environment };
}
