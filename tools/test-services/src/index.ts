export { chromium } from './chromium.ts';
export { nginx, startNginx } from './nginx.ts';
export type { NginxServer } from './nginx.ts';
export { pgbouncer, startPgBouncer } from './pgbouncer.ts';
export type { PgBouncerOptions, PgBouncerServer } from './pgbouncer.ts';
export {
  postgres,
  postgresPrograms,
  replicaPrograms,
  securePostgresPrograms,
  startPostgres,
  startPostgresReplica,
  startSecurePostgres,
} from './postgres.ts';
export type { PostgresServer, SecurePostgresServer } from './postgres.ts';
export { freePort } from './process.ts';
export { prometheus, promtool, startPrometheus } from './prometheus.ts';
export type { PrometheusAnswer, PrometheusOptions, PrometheusServer } from './prometheus.ts';
export { redis, startRedis } from './redis.ts';
export type { RedisServer } from './redis.ts';
export { skipWithout } from './skip.ts';
export { slapd, startSlapd } from './slapd.ts';
export type { DirectoryOptions, DirectoryServer } from './slapd.ts';
export type { Availability, TestService } from './service.ts';
