// Over 300 lines because all errors of the package stand in one file, as in every package; a test compares it with the reference.
import { defineErrors, type Catalogue, type SchemaLike } from '@seaworthy/errors/define';
import type { ResolveProblem } from './resolve.ts';
import type { ScanFinding } from './scan/judge.ts';

const definitions = {
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{received}`.',
    exitCode: 64,
  },
  UNKNOWN_OPTION: {
    message: 'There is no option `{option}`. Correct or remove it. Known are: {known}.',
    exitCode: 64,
  },
  RESOLVE_FAILED: {
    message: 'The plugins do not fit together:\n{list}\nCorrect the manifests, or leave the named plugins out.',
    params: { '~standard': {} } as SchemaLike<{ readonly list: string; readonly problems: readonly ResolveProblem[] }>,
    exitCode: 78,
  },
  REQUIRED_FAILED: {
    message: 'The required plugin "{plugin}" is not running: {reason}. Repair it, or mark it as optional.',
  },
  HOOK_FAILED: {
    message: 'Plugin "{plugin}" failed in {phase}: {detail}. The cause has the stack.',
  },
  START_TIMEOUT: {
    message:
      'Plugin "{plugin}" did not finish {phase}: {timeoutMs} ms after its start it still awaits {awaits}. Repair what it awaits, or raise startTimeoutMs.',
  },
  STOP_TIMEOUT: {
    message:
      'Plugin "{plugin}" did not finish {phase}: {timeoutMs} ms after it began to stop it still awaits {awaits}. Repair what it awaits, or raise stopTimeoutMs.',
  },
  TEARDOWN_FAILED: {
    message: 'Everything was stopped, with {count} failures:\n{list}\nThe cause has each of them.',
  },
  UNKNOWN_PLUGIN: {
    message: 'There is no plugin "{plugin}" in this host. It has: {known}.',
    httpStatus: 404,
  },
  HOST_CLOSED: {
    message: 'The plugin host is closed. Create a new one.',
  },
  PLUGIN_UNAVAILABLE: {
    message: 'Plugin "{plugin}" is asked for and does not run: {reason}. Repair it, or ask again later.',
    httpStatus: 503,
  },
  STATE_NEWER: {
    message:
      'The state of plugin "{plugin}" is of version {found}, and the plugin knows up to {version}. Run the newer plugin; nothing was changed.',
  },
  STATE_OLDER: {
    message:
      'The state of plugin "{plugin}" is of version {found}, the plugin has version {version}, and no onMigrate. Add one; nothing was changed.',
  },
  STATE_REFUSED: {
    message: 'Plugin "{plugin}" cannot keep "{key}": {why}. Keep plain JSON data, and not much of it.',
  },
  STATE_UNREADABLE: {
    message:
      'The state of plugin "{plugin}" in {where} cannot be read: {detail}. Repair the file, or move it away to begin anew.',
  },
  STATE_UNWRITABLE: {
    message: 'The state of plugin "{plugin}" could not be kept: {detail}. What was kept before is still there.',
  },
  STATE_LOCKED: {
    message:
      'The state of plugin "{plugin}" in {where} could not be changed within {timeoutMs} ms, because {holder} has it. See what that process waits for; what was kept before is still there.',
  },
  STATE_CHANGED: {
    message:
      'The state of plugin "{plugin}" was changed elsewhere while it was migrated from version {found} to {version}. Start the plugin again to migrate what is there now.',
  },
  CONFIG_NEWER: {
    message:
      'The config of plugin "{plugin}" is of version {found}, and the plugin knows up to {version}. Run the newer plugin; nothing was changed.',
  },
  CONFIG_OLDER: {
    message:
      'The config of plugin "{plugin}" is of version {found}, the plugin has version {version}, and no onMigrateConfig. Add one, or write the config anew.',
  },
  MODULE_KEPT: {
    message: '{url} is CommonJS, which Node does not load twice. Write ES modules, or start the application again.',
  },
  RELOAD_REFUSED: {
    message: 'Plugin "{plugin}" is not reloaded: {why}. What ran runs on.',
  },
  RELOAD_FAILED: {
    message: 'Plugin "{plugin}" could not be reloaded: {reason}. {outcome}',
  },
  COMMAND_NOT_OFFERED: {
    message:
      'Plugin "{plugin}" says in its manifest that it is activated by the command "{command}" but has not offered it. Call ctx.command in onInit or onStart.',
  },
  SERVICE_METHOD_MISSING: {
    message: 'The service "{service}" of plugin "{plugin}" has no method "{method}". Call one that it has.',
  },
  CONTEXT_CLOSED: {
    message: 'Plugin "{plugin}" called ctx.{method} after it was unloaded. Watch ctx.signal and end the work there.',
  },
  SERVICE_MISSING: {
    message: 'No running plugin provides the service "{service}". Add one that does, and depend on it.',
  },
  SERVICE_UNDECLARED: {
    message:
      'Plugin "{plugin}" uses the service "{service}" of plugin "{provider}" without depending on it. Add "{provider}" to its dependencies.',
  },
  SERVICE_VERSION: {
    message:
      'The service "{service}" comes from plugin "{provider}" {version}, but {range} is asked for. Change the range or the version of the plugin.',
  },
  SERVICE_TAKEN: {
    message: 'Plugin "{provider}" already provides the service "{service}". Let one of the two provide it.',
  },
  SERVICE_NOT_PROVIDED: {
    message:
      'Plugin "{plugin}" says in its manifest that it provides "{service}" but has not done so. Call ctx.provide in onInit or onStart.',
  },
  SERVICE_GONE: {
    message:
      'The service "{service}" is gone: plugin "{provider}" was unloaded. Take the service again when it is back.',
  },
  FILE_UNREADABLE: {
    message: '{path} cannot be read: {detail}. Give the process the right to read it, or leave the package out.',
  },
  INDEX_STALE: {
    message:
      'The package.json of plugin "{plugin}" in {directory} is not the one that the index was made from. Call indexFolder again.',
  },
  TIER_MISSING: {
    message:
      'Plugin "{plugin}" has to run in the tier "{tier}", which this host does not have. It has: {known}. Add {tier}Tier() to the `tiers` of createPluginHost.',
    exitCode: 78,
  },
  TIER_REFUSED: {
    message:
      'Plugin "{plugin}" runs in the tier "inline" only (`inlineOnly`), and the policy wants "{tier}". Leave it out, or let the policy trust it.',
    exitCode: 78,
  },
  ENTRY_MISSING: {
    message: 'The entry {entry} of plugin "{plugin}" cannot be read: {detail}. Build the plugin, or correct `entry`.',
  },
  ENTRY_OUTSIDE: {
    message:
      'The entry of plugin "{plugin}" is {entry}, outside its package {directory}. Put the file itself into the package.',
  },
  NOT_A_PLUGIN: {
    message:
      'The module {entry} of plugin "{plugin}" has {received} where a plugin is expected. Export the result of definePlugin as its default.',
  },
  PLUGIN_REFUSED: {
    message:
      'Plugin "{plugin}" {version} is refused by {examiner}: {reason}. Do not load it, or change what the policy allows.',
  },
  PLUGIN_CRASHED: {
    message: 'Plugin "{plugin}" was lost: {detail}. The cause has the stack.',
  },
  FOLDER_TAKEN: {
    message: 'The folder {folder} has "{found}" in it. Give a new or an empty folder.',
    exitCode: 73,
  },
  UNKNOWN_COMMAND: {
    message: 'Plugin "{plugin}" has no command "{command}". There are: {known}.',
  },
  TIERS_FAILED: {
    message:
      'The plugin does not do the same in all tiers; there were {count} failures:\n{list}\nThe cause has each of them.',
  },
  LISTENER_TIMEOUT: {
    message:
      'The listener of plugin "{plugin}" to "{hook}" did not answer within {timeoutMs} ms. Repair it, or raise timeoutMs.',
  },
  CALL_TIMEOUT: {
    message:
      'The other side did not answer {method} within {timeoutMs} ms. Give it less to do at a time, or more time.',
  },
  NOT_CLONEABLE: {
    message:
      'A value for {method} cannot cross to the tier of the plugin: {detail}. Give plain data, without functions.',
  },
  INLINE_ONLY: {
    message: 'ctx.{method} answers at once, which only the tier "inline" can. Use a service or a command instead.',
  },
  TIER_FAILED: {
    message: 'The tier cannot do what it was asked: {detail}. The plugin may have been closed meanwhile.',
  },
  GUEST_LOST: {
    message:
      'The {tier} of the plugins {plugins} is over: {reason}. Repair the plugin that did it, or raise its limits.',
  },
  GUEST_REQUEST: {
    message: 'A guest asked with the {what} `{received}`, which no plugin can. Do not run this plugin.',
  },
  IMPORT_REFUSED: {
    message:
      'The import of "{specifier}" is refused. Name it in `permissions.imports` if it can be granted, or bundle it into the plugin.',
  },
  FETCH_REFUSED: {
    message: 'Plugin "{plugin}" may not fetch {url}: {why}. Add the host to `permissions.net` if it should.',
  },
  LINK_REFUSED: {
    message: 'Plugin "{plugin}" has {path}, which leads to {target}, outside of its folder. Put the file itself there.',
  },
  CODE_REFUSED: {
    message: 'Plugin "{plugin}" cannot be loaded because of {path}: {why}. Correct the package.',
  },
  CODE_CHANGED: {
    message:
      'The file {path} of plugin "{plugin}" is not the one that was examined. Find out who has changed it; a start of the plugin examines it again.',
  },
  PERMISSION_MODEL_MISSING: {
    message: 'Node {version} has no permission model, which processTier() needs. Use Node 22.18 or newer.',
    exitCode: 78,
  },
  PEER_MISSING: {
    message: 'wasmTier() needs the package "{peer}", which cannot be imported: {detail}. Run `npm install {peer}`.',
    exitCode: 78,
  },
  COMMAND_TAKEN: {
    message: 'Plugin "{owner}" already has a command "{command}". Give one of the two another id.',
  },
  // Trust: what is read before any code of a plugin runs.
  ARCHIVE_REFUSED: {
    message: 'The package is refused at {where}: {reason}. Pack it again with npm pack, from ordinary files only.',
  },
  INTEGRITY_INVALID: {
    message:
      'The integrity text {received} has no whole hash of {minimum} or stronger. Write sha512- and the hash in base64.',
  },
  INTEGRITY_MISMATCH: {
    message: 'Expected the integrity {expected}, got {received}. Fetch the package again, and find out who changed it.',
  },
  KEYS_REFUSED: {
    message: 'Of {keys} nothing is used: {reason}. Fetch the newest from their owner.',
  },
  PLUGIN_UNSIGNED: {
    message: 'Plugin "{plugin}" has no {kind}. Have it signed, or change what the policy asks for.',
  },
  SIGNATURE_INVALID: {
    message: 'The signature of plugin "{plugin}" is refused: {reason}. Fetch the plugin again from its publisher.',
  },
  SIGNER_NOT_ALLOWED: {
    message:
      'Plugin "{plugin}" is signed by {signer}, and the policy lets {allowed} publish it. Correct the policy, or do not load it.',
  },
  KEY_EXPIRED: {
    message: 'The key {key} of plugin "{plugin}" expired at {expired}. Have the plugin signed with a newer key.',
  },
  KEY_REVOKED: {
    message:
      'The key {key} of plugin "{plugin}" was revoked at {revoked}: {reason}. Have the plugin signed with a newer key.',
  },
  FILES_CHANGED: {
    message: 'The files of plugin "{plugin}" are not those that were signed: {changes}. Install it again.',
  },
  STATEMENT_MISMATCH: {
    message:
      'Plugin "{plugin}" was signed with the {field} {signed}, and has {found}. Install what was signed, or have it signed again.',
  },
  API_NOT_ALLOWED: {
    message:
      'Plugin "{plugin}" is written for the API {api}, and the policy allows {allowed}. Take another version of it.',
  },
  EVIDENCE_UNREADABLE: {
    message: 'What is known about plugin "{plugin}" in {path} cannot be read: {reason}. Install the plugin again.',
  },
  IMPORTS_REFUSED: {
    message:
      'Plugin "{plugin}" does what the policy does not allow:\n{list}\nChange the plugin, or what the policy allows.',
    params: { '~standard': {} } as SchemaLike<{
      readonly plugin: string;
      readonly list: string;
      readonly findings: readonly ScanFinding[];
    }>,
  },
  ENTITLEMENT_MISSING: {
    message:
      'Plugin "{plugin}" has to be paid for, and no entitlement is kept for it. Fetch a token from its registry.',
  },
  ENTITLEMENT_INVALID: {
    message:
      'The entitlement to {package} is refused: {reason}. Fetch a new token, and the newest keys, from its registry.',
  },
  ENTITLEMENT_MISMATCH: {
    message:
      'The entitlement is to {granted}, and {wanted} is to be used. Use a version that it covers, or get another.',
  },
  ENTITLEMENT_EARLY: {
    message: 'The entitlement to {package} is good from {from} on. Wait, or set the clock of this machine.',
  },
  ENTITLEMENT_EXPIRED: {
    message: 'The entitlement to {package} was good until {expired}. Fetch a new token from its registry.',
  },
  ENTITLEMENT_REVOKED: {
    message: 'The entitlement to {package} was revoked. Ask its publisher why.',
  },
  REVOCATIONS_REFUSED: {
    message: 'Of the list of revoked entitlements nothing is used: {reason}. Fetch the newest from its registry.',
  },
  POLICY_INVALID: {
    message: 'The trust policy has {count} problems:\n{list}\nCorrect it.',
    exitCode: 78,
  },
} as const;

/** Every error this package throws. */
export const PluginErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.plugins', definitions);
