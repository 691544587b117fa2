/** Where a bucket is, and who asks it. */
export interface BucketPlace {
  /** Such as https://s3.eu-central-1.amazonaws.com. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Before each name, with a slash at its end; empty for none. */
  readonly prefix: string;
  readonly region: string;
  /** Whether the bucket is a part of the path, and not of the host. */
  readonly isPathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** The address of an object, or of the bucket itself. */
export function urlOf({ endpoint, bucket, prefix, isPathStyle }: BucketPlace, name?: string): URL {
  const url = new URL(endpoint);
  const base = url.pathname.replace(/\/+$/, '');
  if (!isPathStyle) url.host = `${bucket}.${url.host}`;
  const key = name === undefined ? '' : `${prefix}${name}`;
  url.pathname = isPathStyle ? `${base}/${bucket}${key === '' ? '' : `/${key}`}` : `${base}/${key}`;
  return url;
}

/** For messages: where it is, without who asks. */
export function shownPlace(place: BucketPlace): string {
  return `${urlOf(place).href.replace(/\/$/, '')}/${place.prefix}`;
}
