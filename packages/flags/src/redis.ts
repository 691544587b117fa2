export { redis } from './sources/redis.ts';
export type { RedisOptions, RedisSource } from './sources/redis.ts';
export type {
  FlagsRedisClient,
  IoRedisClient,
  IoRedisSubscriber,
  NodeRedisClient,
  NodeRedisSubscriber,
} from './sources/redis-client.ts';
export type { PublishedSource, PublishOptions } from './sources/publish.ts';
