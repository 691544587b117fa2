import { expect, test } from 'vitest';
import { answerMalformed } from '../src/http/client-error.ts';

interface Spy {
  readonly text: () => string;
  readonly isDestroyed: () => boolean;
  readonly socket: Parameters<typeof answerMalformed>[1];
}

function spySocket(writable = true): Spy {
  let text = '';
  let isDestroyed = false;
  const socket = {
    writable,
    write: (part: string) => void (text += part),
    destroy: () => void (isDestroyed = true),
  };
  return { text: () => text, isDestroyed: () => isDestroyed, socket };
}

const options = { timeoutMs: 60_000, isAnswering: false };
const failure = (code: string): Error => Object.assign(new Error('Parse Error'), { code });

const cases = [
  { node: 'HPE_INVALID_METHOD', line: 'HTTP/1.1 400 Bad Request', code: 'seaworthy.server.BAD_REQUEST' },
  { node: 'ERR_HTTP_REQUEST_TIMEOUT', line: 'HTTP/1.1 408 Request Timeout', code: 'seaworthy.server.REQUEST_TOO_SLOW' },
  {
    node: 'HPE_HEADER_OVERFLOW',
    line: 'HTTP/1.1 431 Request Header Fields Too Large',
    code: 'seaworthy.server.HEADERS_TOO_LARGE',
  },
] as const;

for (const { node, line, code } of cases) {
  test(`${node} is answered with ${code}, whole and once`, () => {
    const { socket, text, isDestroyed } = spySocket();
    expect(answerMalformed(failure(node), socket, options)?.code).toBe(code);
    const [head = '', body = ''] = text().split('\r\n\r\n');
    expect(head.split('\r\n')[0]).toBe(line);
    expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(JSON.parse(body)).toMatchObject({ code });
    expect(isDestroyed()).toBe(true);
  });
}

test('nothing is written after a reset, or to a socket that takes nothing', () => {
  const reset = spySocket();
  expect(answerMalformed(failure('ECONNRESET'), reset.socket, options)).toBeUndefined();
  const ended = spySocket(false);
  answerMalformed(failure('HPE_INVALID_METHOD'), ended.socket, options);
  expect([reset.text(), ended.text()]).toEqual(['', '']);
  expect([reset.isDestroyed(), ended.isDestroyed()]).toEqual([true, true]);
});
