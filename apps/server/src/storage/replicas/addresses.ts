import { lookup as lookUp } from 'node:dns/promises';
import { isIP, Socket } from 'node:net';

/** One server of PostgreSQL: a URL, and the address that its host has. */
export interface ReplicaAddress {
  readonly url: string;
  readonly ip: string;
  /** For messages: without user and password. */
  readonly shown: string;
}

/** All addresses of a host. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** As the operating system finds them. */
export const systemLookup: Lookup = async (host) => {
  const found = await lookUp(host, { all: true });
  return found.map(({ address }) => address);
};

/** Several are separated by commas; a comma inside of one is left where it is. */
export function splitUrls(text: string): readonly string[] {
  return text.split(/,(?=postgres(?:ql)?:\/\/)/);
}

/** Each address that the host of a URL has now. */
export async function addressesOf(url: string, lookup: Lookup): Promise<readonly ReplicaAddress[]> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const ips = isIP(host) === 0 ? await lookup(host) : [host];
  const placed = ips.map((ip) => ({ url, ip, shown: `${isIP(ip) === 6 ? `[${ip}]` : ip}:${port || '5432'}` }));
  return placed.toSorted((one, other) => (one.shown < other.shown ? -1 : 1));
}

/** A socket that goes to one address of the host; its certificate is still looked at by the name of the host. */
export function socketTo(ip: string): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket) as (options: { port: number; host: string }) => Socket;
  return Object.assign(socket, { connect: (port: number | string) => connect({ port: Number(port), host: ip }) });
}
