import { ok, refusals, type Answer } from './answers.ts';
import {
  isLevel,
  isMode,
  type CompatibilityCheck,
  type CompatibilityDifference,
  type JsonSchemaValue,
} from './levels.ts';
import type { Change } from './log.ts';
import { readSchema } from './schema-text.ts';
import type { ServedVersion, State } from './state.ts';

/** One request, as far as an operation needs it. */
export interface Call {
  readonly state: State;
  readonly check: CompatibilityCheck;
  /** The parts of the path that have names. */
  readonly subject: string;
  readonly version: string;
  readonly id: number;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer, and what has to be kept before it is given. */
export interface Decision {
  readonly answer: Answer;
  readonly change?: Change;
}

export type Operation = (call: Call) => Answer | Decision;

const flag = ({ query }: Call, name: string): boolean => query.get(name) === 'true';

export const schemaTypes: Operation = () => ok(['JSON']);

export const schemaById: Operation = ({ state, id }) => {
  const text = state.uses(id, true).length > 0 ? state.text(id) : undefined;
  return text === undefined ? refusals.schema() : ok({ schemaType: 'JSON', schema: text });
};

export const rawSchemaById: Operation = ({ state, id }) => {
  const text = state.uses(id, true).length > 0 ? state.text(id) : undefined;
  return text === undefined ? refusals.schema() : ok(JSON.parse(text));
};

export const usesOfSchema: Operation = (call) => {
  const uses = call.state.uses(call.id, flag(call, 'deleted'));
  return uses.length === 0 ? refusals.schema() : ok(uses);
};

export const subjectsOfSchema: Operation = (call) => {
  const uses = call.state.uses(call.id, flag(call, 'deleted'));
  return uses.length === 0 ? refusals.schema() : ok([...new Set(uses.map(({ subject }) => subject))]);
};

export const subjects: Operation = (call) =>
  ok(call.state.subjects(call.query.get('subjectPrefix') ?? '', flag(call, 'deleted')));

export const versions: Operation = (call) => {
  const found = call.state.versions(call.subject, flag(call, 'deleted'));
  return found.length === 0 ? refusals.subject(call.subject) : ok(found.map(({ version }) => version));
};

export const schemaOfVersion: Operation = (call) => {
  const found = findVersion(call, flag(call, 'deleted'));
  return 'status' in found ? found : ok(described(call, found));
};

export const rawSchemaOfVersion: Operation = (call) => {
  const found = findVersion(call, flag(call, 'deleted'));
  return 'status' in found ? found : ok(JSON.parse(call.state.text(found.id) ?? 'null'));
};

/** Schemas do not refer to each other here. */
export const referencesToVersion: Operation = (call) => {
  const found = findVersion(call, true);
  return 'status' in found ? found : ok([]);
};

export const lookUpSchema: Operation = (call) => {
  const { state, subject } = call;
  const all = state.versions(subject, flag(call, 'deleted'));
  if (all.length === 0) return refusals.subject(subject);
  const read = readSchema({ ...call.body, ...(flag(call, 'normalize') && { normalize: true }) });
  if ('refused' in read) return read.refused;
  const found = all.findLast(({ id }) => state.text(id) === read.text);
  return found ? ok(described(call, found)) : refusals.schema();
};

export const registerSchema: Operation = (call) => {
  const { state, subject } = call;
  if (!isSubjectName(subject)) return refusals.invalidSubject();
  const read = readSchema({ ...call.body, ...(flag(call, 'normalize') && { normalize: true }) });
  if ('refused' in read) return read.refused;
  const existing = state.versions(subject, false).find(({ id }) => state.text(id) === read.text);
  if (existing) return ok({ id: existing.id });
  if ((state.mode(subject) ?? state.mode()) === 'READONLY') return refusals.readOnly(subject);
  const problem = problemWith(call, state.versions(subject, false), read.value);
  if (problem) return 'status' in problem ? problem : refusals.incompatible(subject, problem.messages.join('; '));
  const id = state.idOf(read.text);
  const version = state.lastVersion(subject) + 1;
  return { answer: ok({ id }), change: { kind: 'registered', subject, version, id, schema: read.text } };
};

export const checkVersion: Operation = (call) => {
  const found = findVersion(call, false);
  return 'status' in found ? found : compatibility(call, [found]);
};

export const checkAllVersions: Operation = (call) => compatibility(call, call.state.versions(call.subject, false));

function compatibility(call: Call, against: readonly ServedVersion[]): Answer {
  const read = readSchema(call.body);
  if ('refused' in read) return read.refused;
  const problem = problemWith(call, against, read.value);
  if (problem && 'status' in problem) return problem;
  const messages = flag(call, 'verbose') ? { messages: problem?.messages ?? [] } : {};
  return ok({ is_compatible: problem === undefined, ...messages });
}

/** Why a schema may not follow others; a refusal when the check gives up. */
function problemWith(
  call: Call,
  before: readonly ServedVersion[],
  value: JsonSchemaValue,
): { readonly messages: readonly string[] } | Answer | undefined {
  const { state, check, subject } = call;
  const level = state.level(subject) ?? state.level() ?? 'BACKWARD';
  if (level === 'NONE' || before.length === 0) return undefined;
  try {
    const earlier = before.map(({ id }) => JSON.parse(state.text(id) ?? 'true') as JsonSchemaValue);
    const { compatible, differences } = check(earlier, value, level);
    if (compatible) return undefined;
    return { messages: messagesOf(differences) };
  } catch (error) {
    return refusals.invalidSchema(error instanceof Error ? error.message : String(error));
  }
}

function messagesOf(differences: readonly CompatibilityDifference[]): readonly string[] {
  const breaking = differences.filter((difference) => difference.breaking !== false);
  const told = breaking.length > 0 ? breaking : differences;
  return told.map(({ path, type, hint }) => `${type} at ${path || '#'}${hint ? `: ${hint}` : ''}`);
}

export const deleteSubject: Operation = (call) => {
  const { state, subject } = call;
  const isPermanent = flag(call, 'permanent');
  const all = state.versions(subject, true);
  if (all.length === 0) return refusals.subject(subject);
  const live = state.versions(subject, false);
  if (isPermanent && live.length > 0) return refusals.subjectIsNotDeleted(subject);
  if (!isPermanent && live.length === 0) return refusals.subjectIsDeleted(subject);
  const gone = (isPermanent ? all : live).map(({ version }) => version);
  return { answer: ok(gone), change: { kind: 'subject-deleted', subject, isPermanent } };
};

export const deleteVersion: Operation = (call) => {
  const { subject } = call;
  const isPermanent = flag(call, 'permanent');
  const found = findVersion(call, true);
  if ('status' in found) return found;
  const { version, isDeleted } = found;
  if (isPermanent && !isDeleted) return refusals.versionIsNotDeleted(subject, version);
  if (!isPermanent && isDeleted) return refusals.versionIsDeleted(subject, version);
  return { answer: ok(version), change: { kind: 'version-deleted', subject, version, isPermanent } };
};

export const level: Operation = ({ state }) => ok({ compatibilityLevel: state.level() });

export const subjectLevel: Operation = (call) => {
  const { state, subject } = call;
  const found = state.level(subject) ?? (flag(call, 'defaultToGlobal') ? state.level() : undefined);
  return found === undefined ? refusals.noLevel(subject) : ok({ compatibilityLevel: found });
};

export const setLevel: Operation = ({ subject, body }) => {
  const { compatibility } = body;
  if (!isLevel(compatibility)) return refusals.invalidLevel();
  const change: Change = { kind: 'level-set', subject: subject === '' ? null : subject, level: compatibility };
  return { answer: ok({ compatibility }), change };
};

export const removeLevel: Operation = ({ state, subject }) => {
  const before = state.level(subject);
  if (before === undefined) return refusals.noLevel(subject);
  return { answer: ok({ compatibilityLevel: before }), change: { kind: 'level-set', subject, level: null } };
};

export const mode: Operation = ({ state }) => ok({ mode: state.mode() });

export const subjectMode: Operation = (call) => {
  const { state, subject } = call;
  const found = state.mode(subject) ?? (flag(call, 'defaultToGlobal') ? state.mode() : undefined);
  return found === undefined ? refusals.noMode(subject) : ok({ mode: found });
};

export const setMode: Operation = ({ subject, body }) => {
  const { mode } = body;
  if (!isMode(mode)) return refusals.invalidMode();
  return { answer: ok({ mode }), change: { kind: 'mode-set', subject: subject === '' ? null : subject, mode } };
};

export const root: Operation = () => ok({});

function findVersion({ state, subject, version }: Call, withDeleted: boolean): ServedVersion | Answer {
  const isLatest = version === 'latest' || version === '-1';
  if (!isLatest && !/^[1-9]\d{0,9}$/.test(version)) return refusals.invalidVersion(version.slice(0, 40));
  const all = state.versions(subject, withDeleted);
  if (all.length === 0) return refusals.subject(subject);
  const found = isLatest ? all.at(-1) : all.find((one) => one.version === Number(version));
  return found ?? refusals.version(Number(version));
}

function described({ state, subject }: Call, { id, version }: ServedVersion): object {
  return { subject, id, version, schemaType: 'JSON', schema: state.text(id) };
}

function isSubjectName(name: string): boolean {
  return name.length > 0 && name.length <= 1024 && !/\p{Cc}/u.test(name);
}
