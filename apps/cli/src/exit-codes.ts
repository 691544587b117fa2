/** What the exit code of the command says. */
export const exitCodes = {
  /** Looked, nothing at or above `--fail-on`. */
  clean: 0,
  /** Looked, found something. */
  found: 1,
  /** Asked wrongly: flags or config. */
  usage: 2,
  /** Could not finish looking. */
  unfinished: 3,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;
