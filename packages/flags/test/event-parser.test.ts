import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventParser, type ServerSentEvent } from '../src/sources/event-parser.ts';

function parse(text: string, cuts: readonly number[] = []): readonly ServerSentEvent[] {
  const bytes = Buffer.from(text);
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted((a, b) => a - b);
  const parser = eventParser();
  let from = 0;
  return ends.flatMap((end) => parser.push(bytes.subarray(from, (from = end))));
}

const message = (data: string): ServerSentEvent => ({ type: 'message', data });

// The examples of the standard, section 9.2.6, and its corner cases.
for (const { text, is } of [
  { text: 'data: YHOO\ndata: +2\ndata: 10\n\n', is: [message('YHOO\n+2\n10')] },
  {
    text: ': test stream\n\ndata: first event\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n',
    is: ['first event', 'second', ' third'].map(message),
  },
  { text: 'data\n\ndata\ndata\n\ndata:', is: [message(''), message('\n')] },
  { text: 'data:test\n\ndata: test\n\n', is: [message('test'), message('test')] },
  { text: 'event: add\ndata: 7\n\nevent: nothing\n\ndata: 8\n\n', is: [{ type: 'add', data: '7' }, message('8')] },
  { text: 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', is: ['a', 'b', 'c'].map(message) },
  { text: '\uFEFFdata: with a mark\n\n', is: [message('with a mark')] },
  { text: 'other: x\ndatax: y\ndata: z\n\n', is: [message('z')] },
]) {
  test(`${JSON.stringify(text)} is read as the standard says, wherever the pieces end`, () => {
    expect(parse(text)).toEqual(is);
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (cuts) => {
        expect(parse(text, cuts)).toEqual(is);
      }),
    );
  });
}

test('characters that two pieces share arrive whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(200)), (text, cuts) => {
      const line = text.replaceAll(/[\r\n]/g, '');
      expect(parse(`data: ${line}\n\n`, cuts)).toEqual([message(line)]);
    }),
  );
});

test('the last id stays until there is another, and one with a zero is none', () => {
  const parser = eventParser('before');
  const ids = ['data: x\n\n', 'id: 1\n\n', 'id: a\0b\n\n', 'id\n\n'].map((text) => {
    parser.push(Buffer.from(text));
    return parser.lastEventId;
  });
  expect(ids).toEqual(['before', '1', '1', '']);
});

test('retry is taken if it is a whole number', () => {
  const parser = eventParser();
  const times = ['retry: soon\n\n', 'retry: 1500\n\n', 'retry: 2x\n\n'].map((text) => {
    parser.push(Buffer.from(text));
    return parser.retryMs;
  });
  expect(times).toEqual([undefined, 1500, 1500]);
});

test('a line without an end is not held for ever', () => {
  const parser = eventParser();
  for (let count = 0; count < 40; count += 1) parser.push(Buffer.alloc(100_000, 'x'));
  parser.push(Buffer.from('\n\n'));
  expect(parser.push(Buffer.from('data: after\n\n'))).toEqual([message('after')]);
});
