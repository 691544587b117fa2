import { publishDocument } from '../../test/support/tarball.ts';
import { digestsOf } from './packages.ts';
import type { Peer } from './peer.ts';

export interface PublishBody {
  readonly name: string;
  readonly body: string;
}

/** What npm would send of a package; it is made before anything is measured. */
export function publishBody(name: string, archive: Buffer): PublishBody {
  const { integrity, shasum } = digestsOf(archive);
  // Verdaccio wants an address, and writes its own.
  const dist = { integrity, shasum, tarball: `http://localhost/${name}/-/${name}-1.0.0.tgz` };
  const manifest = { description: 'Published by the benchmark', license: 'MIT', readme: `# ${name}`, dist };
  return { name, body: JSON.stringify(publishDocument(name, '1.0.0', { archive, manifest })) };
}

/** @throws TypeError when it is refused */
export async function publish({ registry, authorization }: Peer, { name, body }: PublishBody): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(authorization !== '' && { authorization }) };
  const answer = await fetch(`${registry}/${name}`, { method: 'PUT', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new TypeError(`${registry} refuses ${name}: ${answer.status} ${text}`);
}
