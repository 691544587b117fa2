import { BlockList, isIP } from 'node:net';

/** Whether an IP address is one of the given ones, or in one of the given CIDR ranges. What is neither is ignored. */
export function addressMatcher(ranges: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const range of ranges) add(list, range);
  return (address) => {
    const family = address === undefined ? undefined : familyOf(address);
    return address !== undefined && family !== undefined && list.check(address, family);
  };
}

function add(list: BlockList, range: string): void {
  const [address = '', prefix, ...rest] = range.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return;
  if (prefix === undefined) return list.addAddress(address, family);
  const bits = /^\d+$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (bits <= (family === 'ipv4' ? 32 : 128)) list.addSubnet(address, bits, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
