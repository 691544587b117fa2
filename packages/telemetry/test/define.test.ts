import { afterEach, expect, test } from 'vitest';
import { defineMetrics, TelemetryErrors } from '../src/index.ts';
import { startTelemetry, type Telemetry } from '../src/node.ts';

const running: Telemetry[] = [];
const start = async (options: { cardinalityLimit?: number } = {}): Promise<Telemetry> => {
  const telemetry = await startTelemetry({ service: 'test', runtime: false, ...options });
  running.push(telemetry);
  return telemetry;
};
const linesOf = async (telemetry: Telemetry, start: string): Promise<readonly string[]> =>
  (await telemetry.render()).body.split('\n').filter((line) => line.startsWith(start));

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

const shop = defineMetrics(
  { name: 'shop' },
  {
    'shop.orders': {
      type: 'counter',
      unit: '{order}',
      description: 'Orders placed.',
      attributes: { channel: ['web', 'app'], country: 'string?' },
    },
    'shop.basket': { type: 'gauge', unit: '{item}', description: 'Items in baskets.' },
    'shop.stock': { type: 'updowncounter', unit: '{item}', description: 'Items in stock.' },
    'shop.duration': { type: 'histogram', unit: 's', description: 'Time to order.', buckets: [0.1, 1] },
  },
);

test('nothing is recorded before the start', async () => {
  shop['shop.orders'].add(5, { channel: 'web' });
  expect(await linesOf(await start(), 'shop_orders_total')).toEqual([]);
});

test('a counter adds by attributes, and a left-out attribute has no label', async () => {
  const telemetry = await start();
  shop['shop.orders'].add(1, { channel: 'web' });
  shop['shop.orders'].add(2, { channel: 'web', country: 'ch' });
  shop['shop.orders'].add(3, { channel: 'web' });
  expect(await linesOf(telemetry, 'shop_orders_total')).toEqual([
    'shop_orders_total{channel="web"} 4',
    'shop_orders_total{channel="web",country="ch"} 2',
  ]);
});

test('a gauge is what it was set to last, and an up-down counter goes both ways', async () => {
  const telemetry = await start();
  shop['shop.basket'].set(3);
  shop['shop.basket'].set(2);
  shop['shop.stock'].add(10);
  shop['shop.stock'].add(-4);
  expect(await linesOf(telemetry, 'shop_basket')).toEqual(['shop_basket 2']);
  expect(await linesOf(telemetry, 'shop_stock')).toEqual(['shop_stock 6']);
});

test('a histogram counts below each bound, with a value on a bound inside it', async () => {
  const telemetry = await start();
  for (const value of [0.05, 0.1, 0.5, 7]) shop['shop.duration'].record(value);
  expect(await linesOf(telemetry, 'shop_duration')).toEqual([
    'shop_duration_seconds_bucket{le="0.1"} 2',
    'shop_duration_seconds_bucket{le="1"} 3',
    'shop_duration_seconds_bucket{le="+Inf"} 4',
    'shop_duration_seconds_sum 7.65',
    'shop_duration_seconds_count 4',
  ]);
});

test('a bound instrument records into the same series, also after a stop and a new start', async () => {
  const web = shop['shop.orders'].bind({ channel: 'web' });
  const first = await start();
  web.add();
  web.add(2);
  expect(await linesOf(first, 'shop_orders_total')).toEqual(['shop_orders_total{channel="web"} 3']);
  await first.close();
  const second = await start();
  web.add();
  expect(await linesOf(second, 'shop_orders_total')).toEqual(['shop_orders_total{channel="web"} 1']);
});

test('past the limit the rest is summed in one overflow series and totals stay exact', async () => {
  const telemetry = await start({ cardinalityLimit: 10 });
  for (let index = 0; index < 1_000; index += 1) {
    shop['shop.orders'].add(1, { channel: 'app', country: `c${index}` });
  }
  const lines = await linesOf(telemetry, 'shop_orders_total');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('shop_orders_total{otel_metric_overflow="true"} 990');
});

for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
  test(`a counter refuses ${value} and counts the refusal`, async () => {
    const telemetry = await start();
    shop['shop.orders'].add(value, { channel: 'web' });
    expect(await linesOf(telemetry, 'shop_orders_total')).toEqual([]);
    expect(await linesOf(telemetry, 'seaworthy_telemetry_rejected_total{')).toEqual([
      'seaworthy_telemetry_rejected_total{metric="shop.orders"} 1',
    ]);
  });
}

const refused = [
  {
    title: 'a name with a space',
    define: () => defineMetrics({ name: 'x' }, { 'a b': counter() }),
    error: TelemetryErrors.INVALID_NAME,
  },
  {
    title: 'an empty meter name',
    define: () => defineMetrics({ name: '' }, {}),
    error: TelemetryErrors.INVALID_OPTION,
  },
  {
    title: 'a meter without a name',
    define: () => defineMetrics({ name: null } as never, {}),
    error: TelemetryErrors.INVALID_OPTION,
  },
  {
    title: 'two attributes with one label',
    define: () => defineMetrics({ name: 'x' }, { a: counter({ 'x.y': 'string', x_y: 'string' }) }),
    error: TelemetryErrors.INVALID_ATTRIBUTE,
  },
  {
    title: 'the attribute le',
    define: () => defineMetrics({ name: 'x' }, { a: counter({ le: 'string' }) }),
    error: TelemetryErrors.INVALID_ATTRIBUTE,
  },
  {
    title: 'buckets that do not rise',
    define: () => defineMetrics({ name: 'x' }, { a: { ...counter(), type: 'histogram', buckets: [1, 1] } }),
    error: TelemetryErrors.INVALID_BUCKETS,
  },
  {
    title: 'a histogram without buckets',
    define: () => defineMetrics({ name: 'x' }, { a: { ...counter(), type: 'histogram', buckets: [] } }),
    error: TelemetryErrors.INVALID_BUCKETS,
  },
];

test('the name of a package with a scope is the name of a meter', () => {
  expect(() => defineMetrics({ name: '@acme/shop', version: '1.0.0' }, { 'acme.orders': counter() })).not.toThrow();
});

function counter(attributes: Readonly<Record<string, 'string'>> = {}) {
  return { type: 'counter', unit: '1', description: 'A counter.', attributes } as const;
}

for (const { title, define, error } of refused) {
  test(`${title} is refused`, () => {
    expect(define).toThrow(expect.toSatisfy((thrown) => error.is(thrown)));
  });
}

for (const [option, options] of [
  ['service', { service: '' }],
  ['cardinalityLimit', { service: 'x', cardinalityLimit: 0 }],
  ['prometheus', { service: 'x', prometheus: 'server' as 'handler' }],
] as const) {
  test(`a wrong ${option} is refused by name`, async () => {
    await expect(startTelemetry(options)).rejects.toThrow(`\`${option}\``);
  });
}
