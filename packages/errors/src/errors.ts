import { createErrorClass } from './error-class.ts';
import { lazily, onceAsked } from './lazily.ts';
import type { Catalogue, ErrorDefinition, SchemaLike } from './types.ts';

interface CollectedParams {
  /** "One problem was" or "12 problems were". */
  readonly count: string;
  /** The message of the first problem. */
  readonly first: string;
  /** Plain data, made when it is read. */
  readonly problems: readonly object[];
}

/** By a function: V8 reads what it returns when somebody asks for it, and not at every import. */
function definitions() {
  return {
    UNEXPECTED: { message: '{message}', stack: false },
    SYSTEM: { message: '{message}', stack: false, exitCode: 74 },
    ABORTED: { message: '{message}', stack: false, severity: 'info', exitCode: 75, retryable: true },
    TIMED_OUT: { message: '{message}', stack: false, httpStatus: 504, exitCode: 75, retryable: true },
    AGGREGATE: { message: '{message}', stack: false },
    THROWN_VALUE: { message: 'A value that is not an error was thrown: {value}. Throw an error instead.' },
    INTERNAL: { message: 'The server could not complete the request.', stack: false },
    COLLECTED: {
      message: '{count} found. The first: {first}',
      params: { '~standard': {} } as SchemaLike<CollectedParams>,
      exitCode: 65,
    },
    BAD_DEFINITION: { message: '{problem}', exitCode: 70 },
    UNKNOWN_CODE: {
      message: 'No error has the code {code}.{hint} The error index lists all codes.',
      exitCode: 64,
      httpStatus: 404,
    },
    DUPLICATE_CODE: {
      message: 'The error code {code} is declared by two catalogues. Rename one: a code has one meaning for ever.',
      exitCode: 70,
    },
    BAD_TRANSLATION: {
      message: 'The translation of "{code}" to "{locale}" is refused: {reason}. Correct the translation.',
      exitCode: 78,
    },
    BAD_OPTION: { message: 'Expected `{option}` to be {expected}, got {value}.', exitCode: 78 },
    DELIVERY_FAILED: {
      message: 'The report of {code} was not delivered to {sink}: {reason}. Check that the receiver is up.',
      exitCode: 69,
      retryable: true,
    },
    USAGE: { message: '{problem} Run `seaworthy-errors --help` to see what it can do.', exitCode: 64 },
    NOT_A_CATALOGUE: {
      message: 'The module {module} exports no error catalogue. Export what `defineErrors` returned.',
      exitCode: 65,
    },
    UNREADABLE: { message: 'The file {file} cannot be read: {reason}.', exitCode: 66 },
    UNWRITABLE: { message: 'The file {file} cannot be written: {reason}.', exitCode: 73 },
  } as const;
}

type Definitions = ReturnType<typeof definitions>;

/** Every error this package makes: for values it wraps, and for misuse of itself. */
export const ErrorsErrors: Catalogue<Definitions> = onceAsked(declare) as Catalogue<Definitions>;

/** Without the checks of `defineErrors`, which took a fifth of the time in which this package loads: a test has them. */
function declare(classes: object): void {
  const known: Readonly<Record<string, ErrorDefinition>> = definitions();
  for (const problem of Object.keys(known)) {
    const make = (): unknown => createErrorClass(`seaworthy.errors.${problem}`, known[problem] as ErrorDefinition);
    Object.defineProperty(classes, problem, lazily(make));
  }
  Object.freeze(classes);
}
