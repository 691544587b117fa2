export { chromium } from './chromium.ts';
export { postgres, postgresPrograms, startPostgres } from './postgres.ts';
export type { PostgresServer } from './postgres.ts';
export { prometheus, promtool, startPrometheus } from './prometheus.ts';
export type { PrometheusAnswer, PrometheusOptions, PrometheusServer } from './prometheus.ts';
export { redis, startRedis } from './redis.ts';
export type { RedisServer } from './redis.ts';
export { skipWithout } from './skip.ts';
export type { Availability, TestService } from './service.ts';
