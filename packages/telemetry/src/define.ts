import { allowed, isSpec } from './attributes.ts';
import { Cells } from './cells.ts';
import { TelemetryErrors } from './errors.ts';
import { expectKnown, expectOption, isRecord } from './expect-option.ts';
import { createInstrument } from './instruments.ts';
import { labelName } from './names.ts';
import { seam, type Family } from './seam.ts';
import type { Instruments, MetricDefinition } from './types.ts';

/** Who defines the metrics: usually the name and version of the package, such as `@acme/shop`. */
export interface Meter {
  readonly name: string;
  readonly version?: string;
}

/**
 * Defines metrics. Recording costs a comparison until `startTelemetry` of `@seaworthy/telemetry/node` runs.
 *
 * @throws TelemetryErrors.INVALID_NAME, INVALID_ATTRIBUTE, INVALID_BUCKETS, INVALID_OPTION, UNKNOWN_OPTION
 */
export function defineMetrics<const Definitions extends Readonly<Record<string, MetricDefinition>>>(
  meter: Meter,
  definitions: Definitions,
): Instruments<Definitions> {
  checkDefinitions(meter, definitions);
  const shared = seam();
  // All or none: what is refused leaves nothing behind.
  const families = Object.entries(definitions).map(([name, definition]) => createFamily(name, definition, meter));
  const instruments = families.map((family) => {
    shared.families.add(family);
    return [family.name, createInstrument(family, shared)];
  });
  return Object.freeze(Object.fromEntries(instruments)) as Instruments<Definitions>;
}

/** A metric with a wrong text would spoil the page for all others: it is refused when it is defined. */
function checkDefinitions(meter: Meter, definitions: Readonly<Record<string, MetricDefinition>>): void {
  expectOption('meter', isRecord(meter), 'an object with a name', meter);
  const { name: meterName, version } = meter;
  const expected = 'a text, such as the name of the package';
  expectOption('meter.name', typeof meterName === 'string' && meterName.trim() !== '', expected, meterName);
  expectOption('meter.version', version === undefined || typeof version === 'string', 'a text', version);
  expectOption('definitions', isRecord(definitions), 'an object of metrics by name', definitions);
  for (const [name, definition] of Object.entries(definitions)) checkDefinition(name, definition);
}

const types: readonly unknown[] = [
  'counter',
  'updowncounter',
  'gauge',
  'histogram',
] satisfies MetricDefinition['type'][];

function checkDefinition(name: string, definition: MetricDefinition): void {
  expectOption(name, isRecord(definition), 'an object with a type, a unit and a description', definition);
  expectKnown(name, definition, ['type', 'unit', 'description', 'attributes', 'buckets']);
  const { type, unit, description, attributes = {} } = definition;
  expectOption(`${name}.type`, types.includes(type), types.join(' or '), type);
  expectOption(`${name}.unit`, typeof unit === 'string', 'a text, such as "s", "By" or "{order}"', unit);
  expectOption(`${name}.description`, typeof description === 'string', 'a text', description);
  expectOption(`${name}.attributes`, isRecord(attributes), 'an object of attributes by name', attributes);
  for (const [attribute, spec] of Object.entries(attributes)) {
    const expected = 'a list of texts, a kind such as "string" or "string?", or a Standard Schema';
    expectOption(`${name}.attributes["${attribute}"]`, isSpec(spec), expected, spec);
  }
}

const ownMeter: Meter = { name: '@seaworthy/telemetry' };

/** A family of its own, which nobody exports until it is added to the seam. */
export function createFamily(name: string, definition: MetricDefinition, meter: Meter = ownMeter): Family {
  checkName(name);
  const { type, unit, description, attributes = {} } = definition;
  const names = Object.keys(attributes);
  checkAttributes(name, names);
  const bounds = type === 'histogram' ? (definition.buckets ?? defaultBounds(unit)) : [];
  if (type === 'histogram') checkBounds(name, bounds);
  const allows = Object.values(attributes).map(allowed);
  const cells = new Cells({ names, buckets: bounds.length, allows });
  return { name, type, unit, description, attributes: names, bounds, cells, meter };
}

function defaultBounds(unit: string): readonly number[] {
  // Bounds in seconds by OpenTelemetry's semantic conventions for HTTP durations.
  if (unit === 's') return [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  if (unit === 'By') return [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];
  return [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];
}

function checkName(name: string): void {
  if (!/^[A-Za-z][\w./-]{0,254}$/.test(name)) {
    throw new TelemetryErrors.INVALID_NAME({ name, reason: 'it has other characters or the wrong length' });
  }
}

function checkAttributes(metric: string, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const attribute of names) {
    const written = labelName(attribute);
    const other = seen.get(written);
    const reason =
      attribute === ''
        ? 'it has no name'
        : other !== undefined
          ? `on a Prometheus page it is the same label as "${other}"`
          : written === 'le'
            ? 'the label "le" belongs to the buckets of a histogram'
            : written === 'otel_metric_overflow'
              ? 'that is the label of what the limit left over'
              : undefined;
    if (reason !== undefined) throw new TelemetryErrors.INVALID_ATTRIBUTE({ metric, attribute, reason });
    seen.set(written, attribute);
  }
}

function checkBounds(metric: string, bounds: readonly number[]): void {
  const rises =
    Array.isArray(bounds) &&
    bounds.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > (bounds[index - 1] as number)));
  if (!rises || bounds.length === 0) throw new TelemetryErrors.INVALID_BUCKETS({ metric, buckets: String(bounds) });
}
