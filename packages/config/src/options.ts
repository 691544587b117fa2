import { ConfigErrors } from './errors.ts';

/** A longer delay would overflow the timer, which then fires at once. */
export const longestTimerMs = 2_147_483_647;

/** @throws seaworthy.config.BAD_OPTION unless it is a list of what can be read. */
export function expectSources(sources: unknown): void {
  const refuse = (option: string, expected: string, value: unknown): Error =>
    new ConfigErrors.BAD_OPTION({ option, expected, value: kindOf(value), type: typeof value });
  if (!Array.isArray(sources)) throw refuse('sources', 'a list', sources);
  for (const [index, source] of sources.entries()) {
    if (!isSource(source)) throw refuse(`sources[${index}]`, 'a source, such as file(…) or env(…)', source);
  }
}

function isSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}

/** Without what is in it, which may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** @throws seaworthy.config.BAD_OPTION unless the number is right. */
export function expectOption(option: string, value: number, isRight: boolean, expected: string): void {
  if (!isRight) throw new ConfigErrors.BAD_OPTION({ option, expected, value: String(value), type: typeof value });
}
