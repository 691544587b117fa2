/** Where the limit is frozen (`--frozen-intrinsics`) this does nothing, and errors have their stack. */
export function limitStack(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    return;
  }
}

/** Creates an error whose stack is thrown away or replaced, without paying for it. */
export function createWithoutStack(create: () => Error): Error {
  const limit = Error.stackTraceLimit;
  limitStack(0);
  try {
    return create();
  } finally {
    limitStack(limit);
  }
}
