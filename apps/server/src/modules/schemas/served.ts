import type { SchemaServer } from '@seaworthy/schema-registry/http';
import { prefix } from './routes.ts';

/** A subject of the served schemas. */
export interface ServedSubject {
  readonly name: string;
  readonly versions: readonly number[];
}

export interface ServedVersion {
  readonly version: number;
  readonly id: number;
  /** As it was registered. */
  readonly schema: string;
}

/** What pages and the management port show of served schemas. */
export interface ServedSchemas {
  list(): Promise<readonly ServedSubject[]>;
  /** Newest first, at most `limit`; undefined when there is no such subject. */
  versions(subject: string, limit: number): Promise<readonly ServedVersion[] | undefined>;
}

/** Asks the server of schemas as a client would. */
export function servedSchemas({ handle }: Pick<SchemaServer, 'handle'>): ServedSchemas {
  const ask = async <Answer>(path: string): Promise<Answer | undefined> => {
    const response = await handle(new Request(`http://localhost${prefix}${path}`));
    return response.ok ? ((await response.json()) as Answer) : undefined;
  };
  const versionsOf = (subject: string) => ask<readonly number[]>(`/subjects/${encodeURIComponent(subject)}/versions`);
  return {
    async list() {
      const names = (await ask<readonly string[]>('/subjects')) ?? [];
      return Promise.all(names.map(async (name) => ({ name, versions: (await versionsOf(name)) ?? [] })));
    },
    async versions(subject, limit) {
      const numbers = await versionsOf(subject);
      if (numbers === undefined) return undefined;
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      const newest = numbers.toReversed().slice(0, limit);
      const found = await Promise.all(newest.map((number) => ask<ServedVersion>(`${path}/${number}`)));
      return found.filter((version) => version !== undefined);
    },
  };
}
