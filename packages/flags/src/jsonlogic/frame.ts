/** What a rule looks at: a value, and what lies around it where a list operator or `try` went inside. */
export interface Frame {
  readonly value: unknown;
  readonly outer: Frame | undefined;
}

export function outermost(value: unknown): Frame {
  return { value, outer: undefined };
}

/** One step in: between an element and the whole lies what is known of the step, such as `{ index }`. */
export function inside(outer: unknown, value: unknown, step: object = {}): Frame {
  return { value, outer: { value: step, outer: asFrame(outer) } };
}

/** Closures get their frame as `unknown`, for all operators share one signature. */
export function asFrame(data: unknown): Frame {
  return isFrame(data) ? data : outermost(data);
}

function isFrame(data: unknown): data is Frame {
  return typeof data === 'object' && data !== null && 'outer' in data && 'value' in data;
}

/** The frame so many steps out; undefined past the outermost. */
export function climb(from: Frame, steps: number): Frame | undefined {
  let frame: Frame | undefined = from;
  for (let step = 0; step < steps && frame; step += 1) frame = frame.outer;
  return frame;
}

/** A property, an element, or the length of a list or text. Inherited properties are not there. */
export function member(value: unknown, name: string | number): unknown {
  if (typeof value === 'string') return name === 'length' ? value.length : value[Number(name)];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
