/** Well-known packages, in exact versions: libraries, a framework and services that many people run. */
export const packages: readonly string[] = [
  'express@5.3.0',
  'fastify@5.12.8',
  'json-server@0.17.4',
  'node-red@4.1.15',
  'parse-server@9.10.0',
  'verdaccio@6.10.4',
];
