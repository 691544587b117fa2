import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFamily } from '../src/define.ts';
import { metricName } from '../src/names.ts';
import { renderPage } from '../src/prometheus.ts';
import type { MetricType } from '../src/types.ts';
import { parsePage } from './support/parse-page.ts';

const names: readonly { name: string; unit: string; type: MetricType; is: string }[] = [
  { name: 'http.server.request.duration', unit: 's', type: 'histogram', is: 'http_server_request_duration_seconds' },
  { name: 'shop.orders', unit: '{order}', type: 'counter', is: 'shop_orders_total' },
  { name: 'disk.io', unit: 'By', type: 'counter', is: 'disk_io_bytes_total' },
  { name: 'already.seconds', unit: 's', type: 'gauge', is: 'already_seconds' },
  { name: 'utilization', unit: '1', type: 'gauge', is: 'utilization_ratio' },
  { name: 'speed', unit: 'm/s', type: 'gauge', is: 'speed_meters_per_second' },
  { name: 'odd..name-x', unit: '', type: 'gauge', is: 'odd_name_x' },
];

for (const { name, unit, type, is } of names) {
  test(`the ${type} ${name} in "${unit}" is written as ${is}`, () => {
    expect(metricName(name, unit, type)).toBe(is);
  });
}

const gauge = (name: string, value: number) => {
  const family = createFamily(name, { type: 'gauge', unit: '', description: 'A gauge.' });
  family.cells.find(undefined, 1).value = value;
  return family;
};

test('different families with one name on the page are numbered', () => {
  expect(renderPage([gauge('x.y', 1), gauge('x_y', 2)])).toContain('\nx_y_2 2\n');
});

test('the same family from two copies of a package is one, with gauges of the later', () => {
  const page = renderPage([gauge('x.y', 1), gauge('x.y', 2)]);
  expect(page).toBe('# HELP x_y A gauge.\n# TYPE x_y gauge\nx_y 2\n');
});

test('counters and histograms of two copies add up', () => {
  const make = (type: 'counter' | 'histogram') => {
    const family = createFamily('work', {
      type,
      unit: '',
      description: 'Work.',
      ...(type === 'histogram' ? { buckets: [1] } : {}),
    });
    const cell = family.cells.find(undefined, 1);
    cell.value = 2;
    cell.count = 1;
    cell.buckets?.splice(0, 2, 1, 0);
    return family;
  };
  expect(renderPage([make('counter'), make('counter')])).toContain('work_total 4\n');
  expect(renderPage([make('histogram'), make('histogram')])).toContain('work_bucket{le="1"} 2\n');
});

for (const [value, text] of [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [1e21, '1e+21'],
] as const) {
  test(`${value} is written as ${text}`, () => {
    expect(renderPage([gauge('x', value)])).toContain(`\nx ${text}\n`);
  });
}

test('a family without series is left out', () => {
  expect(renderPage([createFamily('x', { type: 'counter', unit: '', description: 'Nothing.' })])).toBe('');
});

test('whatever attribute values and descriptions are, the page parses back to them', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, fc.array(fc.tuple(text, text), { maxLength: 5 }), (description, pairs) => {
      const family = createFamily('hostile', {
        type: 'counter',
        unit: '',
        description,
        attributes: { a: 'string', 'b.c': 'string' },
      });
      for (const [a, b] of pairs) family.cells.find({ a, 'b.c': b }, 100).value += 1;
      const samples = parsePage(renderPage([family]));
      const seen = samples.map(({ labels }) => [labels['a'], labels['b_c']]);
      const unique = [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
      expect(seen).toEqual(unique);
      expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(pairs.length);
    }),
  );
});

test('half a surrogate pair becomes the replacement character', () => {
  const family = createFamily('x', { type: 'counter', unit: '', description: 'X.', attributes: { a: 'string' } });
  family.cells.find({ a: '\ud800' }, 1).value = 1;
  expect(renderPage([family])).toContain('x_total{a="\ufffd"} 1');
});

test('a line of a histogram is never the name of another metric', () => {
  const histogram = (name: string) => {
    const family = createFamily(name, { type: 'histogram', unit: '', description: 'H.', buckets: [1] });
    family.cells.find(undefined, 1);
    return family;
  };
  const gauges = ['x.count', 'x_sum', 'x.bucket'].map((name) => gauge(name, 1));
  for (const families of [
    [histogram('x'), ...gauges],
    [...gauges, histogram('x')],
  ]) {
    const samples = parsePage(renderPage(families));
    expect(new Set(samples.map(({ name }) => name)).size).toBe(6);
  }
});

test('a label never begins with two underscores: those are Prometheus’ own', () => {
  const family = createFamily('x', { type: 'gauge', unit: '', description: 'X.', attributes: { __name__: 'string' } });
  family.cells.find({ __name__: 'renamed' }, 1).value = 1;
  expect(renderPage([family])).toContain('x{_name__="renamed"} 1');
});
