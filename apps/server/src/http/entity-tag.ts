/** Whether `If-None-Match` has it: the asker has it already (RFC 9110, 13.1.2). */
export function isSame(given: string | undefined, etag: string): boolean {
  return given !== undefined && given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
