const levels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;
const modes = ['READWRITE', 'READONLY'] as const;

export type CompatibilityLevel = (typeof levels)[number];

/** `READONLY` refuses new schemas. */
export type RegistryMode = (typeof modes)[number];

export function isLevel(value: unknown): value is CompatibilityLevel {
  return levels.some((level) => level === value);
}

export function isMode(value: unknown): value is RegistryMode {
  return modes.some((mode) => mode === value);
}

/** What the server asks before it takes a schema; `checkCompatibility` of this package fits. */
export type CompatibilityCheck = (
  /** The versions before, oldest first; only the last counts where the level is not transitive. */
  oldSchemas: readonly JsonSchemaValue[],
  newSchema: JsonSchemaValue,
  level: CompatibilityLevel,
) => {
  readonly compatible: boolean;
  readonly differences: readonly CompatibilityDifference[];
};

export interface CompatibilityDifference {
  readonly path: string;
  readonly type: string;
  /** False for a change that hurts nobody; clients are told of the others only, where there are any. */
  readonly breaking?: boolean;
  /** A sentence for people. */
  readonly hint?: string;
}

export type JsonSchemaValue = Readonly<Record<string, unknown>> | boolean;
