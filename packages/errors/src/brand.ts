const symbol: unique symbol = Symbol.for('seaworthy.error');

interface Marked {
  readonly [symbol]: true;
  readonly code?: unknown;
}

/** Recognises our errors by a registered symbol: `instanceof` fails between two copies of a package. */
export const mark: { readonly symbol: typeof symbol; isMarked(value: unknown): value is Marked } = {
  symbol,
  isMarked(value): value is Marked {
    try {
      return typeof value === 'object' && value !== null && (value as { [symbol]?: unknown })[symbol] === true;
    } catch {
      return false;
    }
  },
};
