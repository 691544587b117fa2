import type { FastifyReply, FastifyRequest } from 'fastify';

export interface CookieJar {
  read(request: FastifyRequest): string | undefined;
  set(reply: FastifyReply, value: string, seconds: number): void;
  clear(reply: FastifyReply): void;
}

/**
 * A cookie that scripts cannot read and other sites cannot send with a form. Behind TLS its name begins with `__Host-`, so that no
 * neighbour under the same domain can set it, and it never travels without encryption.
 */
export function cookieJar(name: string, isSecure: boolean): CookieJar {
  const fullName = isSecure ? `__Host-${name}` : name;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const write = (reply: FastifyReply, value: string, seconds: number): void => {
    // More than one may be set in an answer.
    void reply.header('set-cookie', `${fullName}=${value}${attributes}; Max-Age=${seconds}`);
  };
  return {
    read: ({ headers }) => findCookie(headers.cookie, fullName),
    set: write,
    clear: (reply) => write(reply, '', 0),
  };
}

/** Of ours have only base64url; what else comes under the name is not ours. */
function findCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').slice(0, 8_192).split(';')) {
    const at = part.indexOf('=');
    if (at === -1 || part.slice(0, at).trim() !== name) continue;
    const value = part.slice(at + 1).trim();
    if (/^[\w-]{16,128}$/.test(value)) return value;
  }
  return undefined;
}
