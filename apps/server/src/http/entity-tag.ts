/** Whether `If-None-Match` has it: the asker has it already, or with `*` wants nothing that there is (RFC 9110, 13.1.2). */
export function isSame(given: string | undefined, etag: string): boolean {
  if (given?.trim() === '*') return true;
  return given !== undefined && given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
