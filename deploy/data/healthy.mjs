#!/usr/bin/env node
// node healthy.mjs: exit code 0 when the server on this machine is ready. For a HEALTHCHECK: the image has no curl.
const port = process.env.SEAWORTHY_MANAGEMENT_PORT ?? '9090';
const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) });
console.log((await response.text()).slice(0, 500));
process.exitCode = response.ok ? 0 : 1;
