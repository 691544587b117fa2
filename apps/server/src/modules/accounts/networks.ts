import { BlockList, isIP } from 'node:net';

/** Whether the texts are networks such as `10.0.0.0/8` or `2001:db8::/32`. */
export function areNetworks(cidrs: readonly string[]): boolean {
  return cidrs.every((cidr) => parse(cidr) !== undefined);
}

/** Whether the address is in one of the networks; no networks are all of them. */
export function isWithin(address: string, cidrs: readonly string[]): boolean {
  return cidrs.length === 0 || withinOneOf(cidrs)(address);
}

/** Tells of an address whether it is in one of the networks. */
export function withinOneOf(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const network = parse(cidr);
    if (network !== undefined) list.addSubnet(network.address, network.bits, network.family);
  }
  return (address) => {
    const plain = withoutPrefix(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Of whom a request counts: whoever has one IPv6 address mostly has all 2^64 of its network, and takes another one each time. */
export function countedAs(address: string): string {
  const plain = withoutPrefix(address);
  if (isIP(plain) !== 6) return plain;
  const [left = [], right = []] = plain.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const first = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(':')}::/64`;
}

/** That of an IPv4 client of a socket that speaks both begins with `::ffff:`. */
function withoutPrefix(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parse(cidr: string): Network | undefined {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  return { address, bits: Number(bits), family: family === 4 ? 'ipv4' : 'ipv6' };
}
