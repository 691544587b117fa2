import { textFor } from './pattern.ts';
import { list, type Node } from './tree.ts';

const texts: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  uuid: '6f9619ff-8b86-4d01-b42d-00c04fc964ff',
  guid: '6f9619ff-8b86-4d01-b42d-00c04fc964ff',
  uri: 'https://example.com/',
  hostname: 'example.com',
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00',
  duration: 'P1D',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  cidrv4: '192.0.2.0/24',
  cidrv6: '2001:db8::/32',
  base64: 'QWRh',
  base64url: 'QWRh',
  e164: '+4930123456',
  jwt: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  nanoid: 'V1StGXR8Z5jdHi6BmyTaa',
  cuid: 'cjld2cjxh0000qzrmn831i7rn',
  cuid2: 'tz4a98xxat96iws9zmbrgj3a',
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  xid: '9m4e2mr0ui3e8a215n4g',
  ksuid: '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
  emoji: '🚢',
};

/** A text for the format, pattern and length; undefined when none is found. */
export function exampleText(node: Node, plain = 'text'): string | undefined {
  const [first] = list(node['enum']);
  if (typeof first === 'string') return first;
  const { format, pattern, minLength, maxLength } = node as {
    format?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
  };
  const known = format === undefined ? undefined : texts[format];
  const made = typeof pattern === 'string' ? textFor(pattern) : undefined;
  const fits = (value: string): boolean => typeof pattern !== 'string' || matches(pattern, value);
  const found = [known, plain, made].find(
    (value) => value !== undefined && fits(value) && (format === undefined || value !== plain),
  );
  return fitted(found ?? made ?? plain, minLength ?? 0, maxLength ?? Number.POSITIVE_INFINITY);
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

const longest = 1_000_000;

function fitted(value: string, least: number, most: number): string | undefined {
  if (least > longest) return undefined;
  return value.length > most ? value.slice(0, most) : value.padEnd(least, 'x');
}

/** The number nearest to 1 that the limits allow. */
export function exampleNumber(node: Node, isWhole: boolean): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node as Readonly<
    Record<string, number | undefined>
  >;
  const step = multipleOf ?? (isWhole ? 1 : undefined);
  const least = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const most = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  const isOpen = {
    least: exclusiveMinimum !== undefined && exclusiveMinimum >= least,
    most: exclusiveMaximum !== undefined && exclusiveMaximum <= most,
  };
  if (step !== undefined) return onStep(step, least, most, isOpen);
  const within = Math.min(Math.max(1, least), most);
  if (within === least && isOpen.least)
    return most === Infinity ? least + Math.max(1, Math.abs(least) / 2) : (least + most) / 2;
  if (within === most && isOpen.most)
    return least === -Infinity ? most - Math.max(1, Math.abs(most) / 2) : (least + most) / 2;
  return within;
}

function onStep(step: number, least: number, most: number, isOpen: { least: boolean; most: boolean }): number {
  const from = Math.max(1, least);
  let value = Math.ceil(from / step) * step;
  if (value === least && isOpen.least) value += step;
  if (value > most || (value === most && isOpen.most)) value = Math.floor(most / step) * step;
  if (value === most && isOpen.most) value -= step;
  // Steps below one leave the dust of binary fractions.
  return Number(value.toPrecision(15)) + 0;
}
