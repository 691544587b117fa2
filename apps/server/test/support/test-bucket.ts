import { createResilience } from '@seaworthy/resilience';
import { openBucket, type Bucket, type BucketOptions } from '../../src/storage/bucket/bucket.ts';
import { s3Keys, type S3Server } from './s3-server.ts';

export interface TestBucket extends Bucket, AsyncDisposable {}

/** The bucket of a server, as ours opens it, with pipelines of its own. */
export function testBucket(server: Pick<S3Server, 'url'>, options: Partial<BucketOptions> = {}): TestBucket {
  const resilience = createResilience();
  const bucket = openBucket({
    endpoint: server.url,
    bucket: 'archives',
    prefix: 'team/',
    region: 'us-east-1',
    isPathStyle: true,
    ...s3Keys,
    sessionToken: undefined,
    timeoutMs: 5_000,
    pipeline: (name, layers) => resilience.pipeline(name, layers),
    ...options,
  });
  return {
    ...bucket,
    async [Symbol.asyncDispose]() {
      bucket[Symbol.dispose]();
      await resilience.close();
    },
  };
}

/** The settings of a server that keeps its archives there. */
export function storageVariables({ url }: Pick<S3Server, 'url'>): Readonly<Record<string, string>> {
  return {
    SEAWORTHY_STORAGE_URL: 's3://archives/team',
    SEAWORTHY_STORAGE_ENDPOINT: url,
    SEAWORTHY_STORAGE_ACCESS_KEY_ID: s3Keys.accessKeyId,
    SEAWORTHY_STORAGE_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  };
}
