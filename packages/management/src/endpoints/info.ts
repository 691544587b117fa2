import { toPlain } from '../plain.ts';
import type { Route } from '../route.ts';

/** `/info`: what the application tells everyone of itself, and the runtime for those who may see values. */
export function infoRoute(info: object | (() => unknown) | undefined): Route {
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
      const { version, pid, platform, arch } = process;
      const runtime = { name: 'node', version, pid, platform, arch, uptimeMs: Math.round(process.uptime() * 1_000) };
      return { body: { ...own, ...(isTrusted && { runtime }) } };
    },
  };
}
