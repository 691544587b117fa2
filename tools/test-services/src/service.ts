/** Something outside the repository that some tests need. */
export interface TestService<Location extends string> {
  readonly name: string;
  /** Looked up at each call. Never starts or installs anything. */
  find(environment?: Readonly<Record<string, string | undefined>>): Availability<Location>;
}

export type Availability<Location extends string> =
  { readonly available: true; readonly location: Location } | { readonly available: false; readonly reason: string };

/** `SEAWORTHY_TEST_SERVICES=none` makes every service absent, whatever the machine has. */
export function refusedByEnvironment(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return environment['SEAWORTHY_TEST_SERVICES'] === 'none' ? 'SEAWORTHY_TEST_SERVICES is none' : undefined;
}
