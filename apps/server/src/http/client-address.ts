import type { IncomingMessage } from 'node:http';

/** Tells of an address whether it is that of a proxy of ours. */
export type IsProxy = (address: string) => boolean;

/** Tells the address of whoever has sent a request, as `request.ip` of the framework does. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * Each proxy has put the address it was asked from at the end of `X-Forwarded-For`. What is in front of the first one that is no
 * proxy of ours, anybody may have written.
 *
 * @param isProxy Without it nobody is believed.
 */
export function addressBehind(isProxy: IsProxy | undefined): AddressOf {
  if (isProxy === undefined) return ofSocket;
  return (request) => {
    let address = ofSocket(request);
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (forwarded.length > 0 && isProxy(address)) address = (forwarded.pop() as string).trim() || address;
    return address;
  };
}

function ofSocket({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}
