// Options as JavaScript gives them: what is misspelt would do nothing, and what is of another kind would fail later.
import { expect, test } from 'vitest';
import {
  argv,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  dir,
  dotenv,
  duration,
  encryptedFile,
  env,
  environmentSettings,
  file,
  int,
  list,
  number,
  oneOf,
  path,
  secretsDir,
  string,
  url,
  writeEncryptedFile,
} from '../src/index.ts';

const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  async (): Promise<unknown> =>
    Reflect.apply(make, undefined, args);

const shape = { port: int() };
const isNull = 'an object, got `null` (object)';
const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
  [`options\` to be ${isNull}`, call(defineConfig, shape, null)],
  ['options` to be an object, got `a value of type number` (number)', call(defineConfig, shape, 5)],
  ['rules` to be a list, got `a value of type function` (function)', call(defineConfig, shape, { rules: () => {} })],
  ['rules` to be a function, got `null` (object)', call(defineConfig, shape, { rules: [null] })],
  ['node` to be a text, got `a value of type number` (number)', call(defineConfig, shape, { node: 24 })],
  [`require\` to be ${isNull}`, call(defineConfig, shape, { require: null })],
  [
    'require.production` to be a list, got `a value of type string` (string)',
    call(defineConfig, shape, { require: { production: 'port' } }),
  ],
  [`options\` to be ${isNull}`, call(detectEnvironment, null)],
  [`env\` to be ${isNull}`, call(detectEnvironment, { env: null })],
  ['name` to be a text, got `a value of type number` (number)', call(detectEnvironment, { name: 5 })],
  ['environment` to be an object, got `undefined` (undefined)', call(environmentSettings, undefined)],
  ...[dir, duration, int, number, path, string, url].map(
    (make) => [`options\` to be ${isNull}`, call(make, null)] as const,
  ),
  ['protocols` to be a list, got `a value of type string` (string)', call(url, { protocols: 'https' })],
  ['choices` to be a list, got `null` (object)', call(oneOf, undefined)],
  ['item` to be a leaf, such as string() or int(), got `null` (object)', call(list, null)],
  ['item` to be a leaf, such as string() or int(), got `a value of type function` (function)', call(list, int)],
  ['args` to be a list, got `a value of type string` (string)', call(argv, '--port=80')],
  ['prefix` to be a text, got `null` (object)', call(env, null)],
  ['path` to be the path of a file, got `undefined` (undefined)', call(file, undefined)],
  ['parse` to be a function, got `a value of type string` (string)', call(file, 'a.toml', { parse: 'toml' })],
  ['path` to be the path of a directory, got `a value of type symbol` (symbol)', call(secretsDir, Symbol('s'))],
  ['options` to be an object, got `undefined` (undefined)', call(encryptedFile, 'a.json', undefined)],
  ['options` to be an object, got `undefined` (undefined)', call(writeEncryptedFile, 'a.json', {}, undefined)],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected \`${says} (${index})`, async () => {
    await expect(make()).rejects.toThrow(`Expected \`${says}`);
    await expect(make()).rejects.toThrow(ConfigErrors.BAD_OPTION);
  });
}

const misspelt: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['env, node, require, rules', call(defineConfig, shape, { required: {} })],
  ['name, production, env, exists', call(detectEnvironment, { prod: true })],
  ['min, max', call(int, { minimum: 1 })],
  ['min, max', call(number, { maximum: 1 })],
  ['minMs, maxMs', call(duration, { min: 1 })],
  ['minLength, maxLength, pattern', call(string, { min: 1 })],
  ['protocols', call(url, { protocol: 'https' })],
  ['exists', call(path, { exist: true })],
  ['writable, create', call(dir, { mkdir: true })],
  ['separator, minItems', call(list, string(), { min: 1 })],
  ['unknown', call(argv, [], { unkown: 'ignore' })],
  ['variables, unknown', call(env, 'APP', { vars: {} })],
  ['prefix, optional, unknown', call(dotenv, '.env', { required: true })],
  ['optional, parse', call(file, 'a.json', { required: false })],
  ['optional', call(secretsDir, 'secrets', { required: true })],
  ['passphrase, optional', call(encryptedFile, 'a.json', { passphrase: 'a', password: 'b' })],
];
for (const [index, [known, make]] of misspelt.entries()) {
  test(`an option that there is not is refused where there are ${known} (${index})`, async () => {
    await expect(make()).rejects.toThrow(`Expected \`options\` to be an object with no options but ${known}, got`);
    await expect(make()).rejects.toThrow(ConfigErrors.BAD_OPTION);
  });
}
