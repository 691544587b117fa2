import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressesOf, splitUrls } from '../../src/storage/replicas/addresses.ts';
import { createMarks } from '../../src/storage/replicas/marks.ts';
import { createPositions, type Standing } from '../../src/storage/replicas/positions.ts';

const segmentBytes = 16 * 1_048_576;
const pageBytes = 8_192;
const at = (position: number, change: Partial<Standing> = {}): Standing => ({
  isReplica: false,
  timeline: '00000001',
  database: 'one',
  segmentBytes,
  pageBytes,
  ...change,
  position,
});

describe('positions', () => {
  test('of a replica nothing is known before the primary was asked', () => {
    expect(createPositions().momentOf(at(1_000_000))).toBe(-Infinity);
  });

  test('a replica has everything from before a question whose position it has reached, and never more', () => {
    const growths = fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(growths, fc.nat({ max: 3_000_000 }), (growth, replica) => {
        const positions = createPositions();
        let written = segmentBytes + 100;
        const asked = growth.map((each, index) => {
          written += each;
          positions.add(at(written), index);
          return written;
        });
        const reached = segmentBytes + replica;
        const moment = positions.momentOf(at(reached));
        const missing = asked.findIndex((position) => position > reached + 40);
        expect(moment).toBeLessThan(missing === -1 ? Infinity : missing);
        const last = asked.findLastIndex((position) => position <= reached);
        expect(moment).toBeGreaterThanOrEqual(last === -1 ? -Infinity : last);
      }),
    );
  });

  const boundaries = [
    { what: 'a page', primary: segmentBytes + 3 * pageBytes + 24, replica: segmentBytes + 3 * pageBytes },
    { what: 'a part of the log', primary: 2 * segmentBytes + 40, replica: 2 * segmentBytes },
  ];
  for (const { what, primary, replica } of boundaries) {
    test(`a replica has all there is when the next record begins behind the header of ${what}`, () => {
      const positions = createPositions();
      positions.add(at(primary), 7);
      expect(positions.momentOf(at(replica))).toBe(7);
      expect(positions.momentOf(at(replica - 1))).toBe(-Infinity);
    });
  }

  const records = [segmentBytes + 3 * pageBytes + 40, 2 * segmentBytes + 24, 2 * segmentBytes + 48];
  for (const position of records) {
    test(`a record that ends at ${position} is there when it was replayed, not before`, () => {
      const positions = createPositions();
      positions.add(at(position), 7);
      expect(positions.momentOf(at(position - 8))).toBe(-Infinity);
      expect(positions.momentOf(at(position))).toBe(7);
    });
  }

  test('(2) after a failover a replica counts when it has gone further than any had before', () => {
    const positions = createPositions();
    positions.add(at(5_000), 1);
    expect(positions.momentOf(at(6_000))).toBe(1);
    positions.add(at(5_500, { timeline: '00000002' }), 2);
    expect(positions.momentOf(at(6_000))).toBe(-Infinity);
    positions.add(at(6_500, { timeline: '00000002' }), 3);
    expect(positions.momentOf(at(6_000))).toBe(-Infinity);
    expect(positions.momentOf(at(6_500))).toBe(3);
  });

  test('(2) a primary that has gone back is another one', () => {
    const positions = createPositions();
    positions.add(at(5_000), 1);
    expect(positions.momentOf(at(5_000))).toBe(1);
    positions.add(at(4_000), 2);
    expect(positions.momentOf(at(5_000))).toBe(-Infinity);
  });
});

describe('marks', () => {
  test('a mark is the last one, or that of all', () => {
    const marks = createMarks();
    expect(marks.of('a')).toBe(-Infinity);
    marks.set('a', 5);
    expect([marks.of('a'), marks.of('b')]).toEqual([5, -Infinity]);
    marks.setAll(7);
    expect([marks.of('a'), marks.of('b')]).toEqual([7, 7]);
  });

  test('what is old is forgotten', () => {
    const marks = createMarks();
    marks.set('a', 5);
    marks.set('b', 6);
    marks.forgetBefore(6);
    expect([marks.of('a'), marks.of('b')]).toEqual([-Infinity, 6]);
  });

  test('when there are too many, none is lost: all are as new as the newest', () => {
    const marks = createMarks(2);
    for (const [name, moment] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      marks.set(name, moment);
    expect([marks.of('a'), marks.of('c'), marks.of('d')]).toEqual([3, 3, 3]);
  });
});

describe('addresses', () => {
  test('URLs are separated by commas, and one inside of a password stays there', () => {
    expect(splitUrls('postgres://u:a,b@one/db,postgresql://two/db')).toEqual([
      'postgres://u:a,b@one/db',
      'postgresql://two/db',
    ]);
  });

  const hosts = [
    { url: 'postgres://replicas.test/db', shown: ['10.0.0.1:5432', '10.0.0.2:5432'] },
    { url: 'postgres://replicas.test:6000/db', shown: ['10.0.0.1:6000', '10.0.0.2:6000'] },
    { url: 'postgres://u:p@192.0.2.7/db', shown: ['192.0.2.7:5432'] },
    { url: 'postgres://[2001:db8::1]:6000/db', shown: ['[2001:db8::1]:6000'] },
  ];
  for (const { url, shown } of hosts) {
    test(`the addresses of ${url} are ${shown.join(' and ')}`, async () => {
      const found = await addressesOf(url, () => Promise.resolve(['10.0.0.2', '10.0.0.1']));
      expect(found.map((each) => each.shown)).toEqual(shown);
    });
  }
});
