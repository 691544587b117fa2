/** The system code of a failure, such as `ENOENT`. */
export function failureCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The code or the name of a failure. Never its message, which may quote what was read. */
export function failureName(error: unknown): string {
  return failureCode(error) ?? (error instanceof Error ? error.name : typeof error);
}
