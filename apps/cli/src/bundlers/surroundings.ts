/** What a plugin of a bundler takes from the process that it runs in. */
export interface Surroundings {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Read when a build begins: until then a bundler may still load an environment file. */
export function surroundings(): Surroundings {
  return { cwd: process.cwd(), variables: { ...process.env } };
}
