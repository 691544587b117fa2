import { join } from 'node:path';
import { file, http, ofrep, sse, type FlagSource } from '@seaworthy/flags';
import { postgres } from '@seaworthy/flags/postgres';
import { redis } from '@seaworthy/flags/redis';
import type { Settings } from '../settings.ts';

/** The flags that ship with the server. */
export const bundledFlags = join(import.meta.dirname, '../../flags.json');

/** Where the flags of this server come from, by its settings. */
export function flagSource({ flagsFile, flags }: Pick<Settings, 'flagsFile' | 'flags'>): FlagSource {
  const { url, protocol, token, set, pollMs } = flags;
  const address = url?.reveal();
  if (address === undefined) return file(flagsFile ?? bundledFlags);
  if (address.startsWith('redis')) return redis(address, { key: set, pollMs });
  if (address.startsWith('postgres')) return postgres(address, { set, pollMs });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
  const open = { document: http, events: sse, ofrep }[protocol];
  return open(address, { headers, pollMs });
}
