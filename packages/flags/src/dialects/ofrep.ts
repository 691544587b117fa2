import { isFlagValue, isList, isRecord } from '../json.ts';
import type { FlagDefinition, FlagValue, Metadata } from '../document.ts';
import type { Evaluation, EvaluationErrorCode, Reason } from '../evaluation.ts';
import { at, type FlagProblem } from '../validate/problem.ts';
import type { FlagDialect } from './dialect.ts';

/** The answer to a bulk evaluation of OFREP: flags that were evaluated already. */
export const ofrepDialect: FlagDialect = {
  name: 'ofrep',
  validate(document) {
    const flags = isRecord(document) ? document['flags'] : undefined;
    if (!isList(flags)) return [{ path: 'flags', message: 'is no list of evaluated flags' }];
    return flags.flatMap((flag, index) => problemsOf(flag, index));
  },
  read(document) {
    const { flags, metadata } = document;
    const shared = metadataOf(metadata);
    const answers = (isList(flags) ? flags : []).filter(
      (answer) => isRecord(answer) && typeof answer['key'] === 'string',
    );
    return {
      definitions: Object.fromEntries(
        answers.filter(isRecord).map((answer) => [String(answer['key']), defined(answer)]),
      ),
      shared: { evaluators: '', metadata: JSON.stringify(shared) },
      compile(_key, definition, forced) {
        const evaluation =
          forced === undefined ? evaluationOf(definition, shared) : overridden(definition, shared, forced);
        return { evaluate: () => evaluation };
      },
    };
  },
};

interface Answered extends FlagDefinition {
  readonly answer: Readonly<Record<string, unknown>>;
}

function problemsOf(answer: unknown, index: number): readonly FlagProblem[] {
  if (!isRecord(answer) || typeof answer['key'] !== 'string')
    return [{ path: `flags[${index}]`, message: 'has no key' }];
  const { key, value, errorCode } = answer;
  if (value === undefined || value === null || isFlagValue(value) || typeof errorCode === 'string') return [];
  return [{ path: at('flags', key), message: 'has a value that is no flag value', flag: key }];
}

/** In the shape of a definition, for lists, overrides and the search for changes. */
function defined(answer: Readonly<Record<string, unknown>>): Answered {
  const { value, variant, metadata } = answer;
  const name = typeof variant === 'string' ? variant : 'value';
  const hasValue = isFlagValue(value);
  return {
    state: 'ENABLED',
    variants: hasValue ? { [name]: value } : {},
    defaultVariant: hasValue ? name : null,
    metadata: metadataOf(metadata),
    answer,
  };
}

const reasons: readonly string[] = ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'CACHED', 'ERROR'];
const errorCodes: readonly string[] = ['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TYPE_MISMATCH', 'GENERAL'];

function evaluationOf(definition: FlagDefinition, shared: Metadata): Evaluation {
  const answer = 'answer' in definition && isRecord(definition.answer) ? definition.answer : {};
  const { value, variant, reason, errorCode, errorDetails } = answer;
  const flagMetadata = { ...shared, ...definition.metadata };
  if (typeof errorCode === 'string') {
    const known = errorCodes.includes(errorCode) ? (errorCode as EvaluationErrorCode) : 'GENERAL';
    const errorMessage = typeof errorDetails === 'string' ? errorDetails : `The server says ${errorCode}.`;
    return Object.freeze({ value: undefined, reason: 'ERROR', errorCode: known, errorMessage, flagMetadata });
  }
  return Object.freeze({
    value: isFlagValue(value) ? value : undefined,
    ...(typeof variant === 'string' && { variant }),
    reason: typeof reason === 'string' && reasons.includes(reason) ? (reason as Reason) : 'UNKNOWN',
    flagMetadata,
  });
}

function overridden(definition: FlagDefinition, shared: Metadata, variant: string): Evaluation {
  const value = definition.variants[variant] as FlagValue;
  return Object.freeze({ value, variant, reason: 'OVERRIDE', flagMetadata: { ...shared, ...definition.metadata } });
}

function metadataOf(value: unknown): Metadata {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).filter(([, each]) => ['string', 'number', 'boolean'].includes(typeof each));
  return Object.fromEntries(entries) as Metadata;
}
