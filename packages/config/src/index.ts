export { defineConfig } from './define.ts';
export type { Definition, DefineOptions } from './define.ts';
export type { BrokenRule, Rule } from './rules.ts';
export type { LoadOptions } from './load.ts';
export type { WatchOptions } from './watch.ts';
export type { Config, ConfigRow, Explanation, Provenance, UpdateOptions } from './config.ts';
export type { ChangeReport, ConfigStatus } from './runtime.ts';
export type { ConfigChange, ConfigVersion, HistoryOptions } from './history.ts';
export type { ConfigDocuments, MarkdownOptions } from './docs.ts';
export type { FormControl, FormField, FormSection } from './form.ts';
export type { KeyOf, SecretKeyOf, Shape, ValueAt, ValueOf } from './shape.ts';

export { boolean } from './builders/boolean.ts';
export { duration } from './builders/duration.ts';
export { list } from './builders/list.ts';
export { int, number, port } from './builders/number.ts';
export { dir, path } from './builders/path.ts';
export { secret } from './builders/secret.ts';
export { standard } from './builders/standard.ts';
export { oneOf, string, url } from './builders/text.ts';
export type { DurationOptions } from './builders/duration.ts';
export type { ListOptions } from './builders/list.ts';
export type { NumberOptions } from './builders/number.ts';
export type { DirOptions, PathOptions } from './builders/path.ts';
export type { StringOptions, UrlOptions } from './builders/text.ts';
export type { JsonSchema, Leaf, LeafDefinition, Parsed, RawContext } from './leaf.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './standard.ts';

export { argv } from './sources/argv.ts';
export { dotenv } from './sources/dotenv.ts';
export { encryptedFile, writeEncryptedFile } from './sources/encrypted.ts';
export { env } from './sources/env.ts';
export { file } from './sources/file.ts';
export { object, provider } from './sources/object.ts';
export { secretsDir } from './sources/secrets.ts';
export { vault } from './sources/vault.ts';
export type { ArgvOptions } from './sources/argv.ts';
export type { UnknownNames } from './sources/bind-names.ts';
export type { DotenvOptions } from './sources/dotenv.ts';
export type { Passphrase } from './encryption.ts';
export type { EncryptedFileOptions, WriteEncryptedOptions } from './sources/encrypted.ts';
export type { EnvOptions } from './sources/env.ts';
export type { FileOptions } from './sources/file.ts';
export type { SecretsDirOptions } from './sources/secrets.ts';
export type { Vault, VaultAnswer } from './sources/vault.ts';
export type { Candidate, ReadContext, Reading, Source } from './sources/source.ts';
export type { CompiledShape, Entry, Group } from './shape.ts';

export { detectEnvironment, environmentSettings } from './environment.ts';
export type { DetectOptions, Environment, EnvironmentSettings, Variables } from './environment.ts';

export { isSecret, Secret } from './secret.ts';
export type { FollowedSecret } from './secret.ts';

export { configChannels } from './events.ts';
export type { ConfigChanged, ConfigRejected, ListenerFailed } from './events.ts';
export { ConfigErrors } from './errors.ts';
export type { InvalidParams } from './errors.ts';
export type { Problem } from './problems.ts';
