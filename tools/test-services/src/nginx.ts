import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** A proxy that also caches; Debian's package `nginx-light` has it. */
export const nginx: TestService<string> = {
  name: 'nginx',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const location = onPath(`${environment['PATH'] ?? ''}:/usr/sbin`, ['nginx']);
    return location === undefined
      ? { available: false, reason: 'no nginx on the path: install the package nginx-light' }
      : { available: true, location };
  },
};

export interface NginxServer extends AsyncDisposable {
  readonly url: string;
}

/** Runs it in the foreground with what stands in its `http` block; `folder` is empty and ends with it. */
export async function startNginx(
  program: string,
  http: (place: { readonly port: number; readonly folder: string }) => string,
  port?: number,
): Promise<NginxServer> {
  const own = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${folder}/pid;
error_log stderr notice;
events {}
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
${http({ port: own, folder })}
}
`;
  writeFileSync(join(folder, 'config'), config);
  const child = spawn(program, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const running = await runUntilReady(child, child.stderr, 'start worker processes', 'nginx');
  return {
    url: `http://127.0.0.1:${own}`,
    async [Symbol.asyncDispose]() {
      await running.kill('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
