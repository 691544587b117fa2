import { spawnSync } from 'node:child_process';
import { promtool, skipWithout } from '@seaworthy/test-services';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFamily } from '../../src/define.ts';
import { nativeFamilies } from '../../src/native.ts';
import { renderPage, type PageFamily } from '../../src/prometheus.ts';
import type { AttributeSpec, MetricType } from '../../src/types.ts';

const nameWords = `x http total count sum bucket info created counter gauge summary histogram s ms b sec kb seconds
  milliseconds minutes days kilobytes bits inches fahrenheit kelvins ratio camelCase HTTPServer 2xx - quantile le bytes
  percent`.split(/\s+/);
const type = fc.constantFrom<MetricType>('counter', 'updowncounter', 'gauge', 'histogram');
const unit = fc.oneof(
  fc.constantFrom(
    's',
    'ms',
    'us',
    'ns',
    'min',
    'h',
    'd',
    'By',
    'KiBy',
    'kBy',
    'bit',
    '%',
    '1',
    '',
    '{order}',
    'By/s',
    'm/ms',
  ),
  fc.string({ maxLength: 8 }),
);
const name = fc
  .array(fc.constantFrom(...nameWords), { minLength: 1, maxLength: 4 })
  .chain((words) => fc.constantFrom('.', '_', '/', '', '-').map((between) => `a${words.join(between)}`));
const label = fc.oneof(
  fc.constantFrom('camelCase', 'quantile', '__name__', 'a.b', '1st', 'http.route', 'ü', 'x"}y'),
  fc.string({ minLength: 1, maxLength: 10 }),
);
const text = fc.string({ unit: 'binary', maxLength: 30 });
const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e308));

const family = fc
  .record({ name, type, unit, description: text, label, values: fc.array(fc.tuple(text, value), { maxLength: 4 }) })
  .map(({ name: own, type: kind, unit: measure, description, label: attribute, values }) => {
    const attributes: Record<string, AttributeSpec> = ['le', 'otel_metric_overflow'].includes(attribute)
      ? { other: 'string' }
      : { [attribute]: 'string' };
    const made = createFamily(own, { type: kind, unit: measure, description, attributes });
    for (const [given, amount] of values) {
      const cell = made.cells.find({ [Object.keys(attributes)[0] as string]: given }, 3);
      cell.value = kind === 'counter' ? Math.abs(amount) : amount;
      cell.count += 1;
      if (cell.buckets !== undefined) cell.buckets[0] = (cell.buckets[0] ?? 0) + 1;
    }
    return made;
  });

/** What instruments of OpenTelemetry's API may bring: any label, also those that our definitions refuse. */
const native = fc.record({ name, unit, label, description: text, given: text, value }).map((each) => {
  const [startTime, endTime] = [[1, 0] as [number, number], [2, 0] as [number, number]];
  return nativeFamilies([
    {
      scope: { name: 'native' },
      metrics: [
        {
          descriptor: { name: each.name, unit: each.unit, description: each.description, valueType: 1 },
          aggregationTemporality: 1,
          dataPointType: 3,
          isMonotonic: false,
          dataPoints: [{ startTime, endTime, attributes: { [each.label]: each.given, le: 'x' }, value: each.value }],
        },
      ],
    },
  ])[0] as PageFamily;
});

function check(location: string, page: string): string {
  const { status, stdout, stderr } = spawnSync(location, ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return status === 0 ? 'accepted' : `exit ${status}: ${stdout}${stderr}`;
}

test('promtool accepts pages of hostile names, labels, units, texts and values', (context) => {
  const location = skipWithout(context, promtool);
  fc.assert(
    fc.property(
      fc.array(family, { minLength: 10, maxLength: 25 }),
      fc.array(native, { maxLength: 10 }),
      (ours, theirs) => {
        expect(check(location, renderPage([...ours, ...theirs]))).toBe('accepted');
      },
    ),
    // Each page is a process: finding a smaller one would take minutes, and promtool names what it refuses.
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);

test('promtool refuses a page that names a metric twice, so the test above can fail', (context) => {
  const location = skipWithout(context, promtool);
  const page = '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n';
  expect(check(location, page)).toBe('accepted');
  expect(check(location, page + page)).toContain('second HELP line');
  expect(check(location, '# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n')).toContain('abbreviated units');
});

test('a series of the SDK without bounds is shown as a histogram with one bucket', () => {
  const page = renderPage([
    {
      name: 'wait',
      type: 'histogram',
      unit: '',
      description: 'W.',
      bounds: [],
      attributes: [],
      cells: {
        list: [{ values: [], value: 3, count: 2, buckets: [2], exemplars: undefined }],
        overflow: undefined,
        labels: () => '',
      },
    },
  ]);
  expect(page).toContain('wait_bucket{le="+Inf"} 2\nwait_sum 3\nwait_count 2\n');
});
