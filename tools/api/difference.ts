/** Says where the public types no longer are what api.md says, and what to do. */
export function firstDifference(committed: string, actual: string): string {
  const help = 'Run npm run api, and commit it with a change note if users notice.';
  if (committed === '') return `There is no report of the public types yet. ${help}`;
  const before = committed.split('\n');
  const after = actual.split('\n');
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return [
    `The public types changed, first at line ${at + 1}. ${help}`,
    `  - ${before[at] ?? '(end)'}`,
    `  + ${after[at] ?? '(end)'}`,
  ].join('\n');
}
