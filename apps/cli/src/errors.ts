// Over 300 lines because all errors of the command line stand in one file, as in every package; a test compares it with the reference.
import { defineErrors, type SchemaLike } from '@seaworthy/errors';

/** What is known of a server that is not available; the wait it asks for is not shown. */
interface Unavailable {
  readonly url: string;
  readonly status: number;
  /** With the noun: `4 attempts`. */
  readonly attempts: string;
  readonly retryAfter?: string;
}

const unavailable: SchemaLike<Unavailable> = { '~standard': {} };

/** Every error of the command line, with the exit code it ends in. */
export const CliErrors = defineErrors('seaworthy.cli', {
  DIRECTORY_MISSING: {
    message: 'There is no directory "{directory}". Check the path, or leave it out to audit the current directory.',
    exitCode: 2,
    stack: false,
  },
  NOT_A_DIRECTORY: {
    message: '"{directory}" is not a directory. Name the directory that holds the project.',
    exitCode: 2,
    stack: false,
  },
  DIRECTORY_UNREADABLE: {
    message:
      'The directory "{directory}" could not be read ({reason}). Give this user permission to list it, or ignore it.',
    exitCode: 3,
    stack: false,
  },
  NOTHING_TO_AUDIT: {
    message:
      'There is no file to audit in "{directory}". Check the path, and that `ignore` and .gitignore leave something over.',
    exitCode: 2,
    stack: false,
  },
  AUDIT_LOG_UNREADABLE: {
    message: 'The audit log {path} could not be read: {reason} Check the path and its permissions.',
    exitCode: 3,
    stack: false,
  },
  KEY_VARIABLE_EMPTY: {
    message: 'The environment variable {variable} holds no key. Set it to the key that the audit log was written with.',
    exitCode: 2,
    stack: false,
  },
  HEAD_UNREADABLE: {
    message:
      'The head "{received}" cannot be read. Write it as `seaworthy logs verify` prints it: a number, a colon and 64 hexadecimal digits.',
    exitCode: 2,
    stack: false,
  },
  FILE_UNREADABLE: {
    message: 'The file could not be read ({reason}). Give this user permission to read it, or ignore it.',
    exitCode: 3,
    stack: false,
  },
  FILE_TOO_LARGE: {
    message:
      'The file has {bytes} bytes, more than the {limit} that are read. Split it, or ignore it if it is generated.',
    exitCode: 3,
    stack: false,
  },
  FILE_NOT_UTF8: {
    message: 'The file is not UTF-8 from byte {offset} on. Convert it, or ignore it if it is not text.',
    exitCode: 3,
    stack: false,
  },
  FILE_UNPARSABLE: {
    message: 'The file does not parse: {reason} Correct it, or ignore it if it is broken on purpose.',
    exitCode: 3,
    stack: false,
  },
  RULE_CRASHED: {
    message: 'Rule {rule} crashed: {reason} Its findings are missing; turn it off in `rules` until it is fixed.',
    exitCode: 3,
  },
  RULE_TIMEOUT: {
    message:
      'Rule {rule} did not finish within {timeoutMs} ms and was stopped. Its findings are missing; raise --rule-timeout or turn it off in `rules`.',
    exitCode: 3,
    stack: false,
  },
  AUDIT_LOST: {
    message: 'The audit could not go on: {reason} Run it again with --verbose, and report it if it happens again.',
    exitCode: 3,
    stack: false,
  },
  LOOK_TIMEOUT: {
    message:
      'The project was not looked at within {timeoutMs} ms. Leave out with `ignore` what need not be looked at; it is tried again with the next change.',
    exitCode: 3,
    stack: false,
  },
  RULE_FINDING_INVALID: {
    message: 'Rule {rule} answered a finding that is not one: {reason} Correct the rule.',
    exitCode: 3,
    stack: false,
  },
  WRONG_KIND: {
    message: '{path} is of the kind {kind} and cannot be read as {wanted}. Ask the view for files of the right kind.',
    exitCode: 3,
  },
  OUT_OF_SCOPE: {
    message:
      'A rule of the scope "file" has asked for {path}. Look only at the files that are given, or leave the scope out.',
    exitCode: 3,
  },
  DUPLICATE_RULE: {
    message:
      'The rule {rule} is contributed by both {first} and {second}. Every rule id is given once; rename one of them.',
    exitCode: 2,
    stack: false,
  },
  PACK_FAILED: {
    message: 'The rule pack {pack} did not load: {reason} Remove it, or install a version that works.',
    exitCode: 3,
    stack: false,
  },
  EXPLANATION_MISSING: {
    message: 'The explanation of {rule} is not where it should be ({path}). Install the package again.',
    exitCode: 3,
    stack: false,
  },
  UNKNOWN_RULE: {
    message: 'There is no rule {rule}{place}.{suggestion} `seaworthy rules` lists them all.',
    exitCode: 2,
    stack: false,
  },
  UNKNOWN_ID: {
    message:
      'Nothing is known by the name {id}.{suggestion} Give a rule id such as SEA-R001, or an error code such as seaworthy.config.INVALID.',
    exitCode: 2,
    stack: false,
  },
  OUTPUT_NOT_YOURS: {
    message:
      'A file would be written to {output}, outside of the project, because {source} says so: a file of the project may overwrite nothing of yours. Give {flag} to say yourself where it goes.',
    exitCode: 2,
    stack: false,
  },
  OUTPUT_UNWRITABLE: {
    message: 'The report could not be written to {path} ({reason}). Check that its directory exists and is writable.',
    exitCode: 3,
    stack: false,
  },
  FIX_UNWRITABLE: {
    message:
      'The file {path} could not be mended ({reason}). It is as it was; check its permissions and run --fix again.',
    exitCode: 3,
    stack: false,
  },
  NOTHING_TO_PREVIEW: {
    message: '--dry-run shows what --fix would write. Add --fix.',
    exitCode: 2,
    stack: false,
  },
  FLAGS_APART: {
    message: '{first} does not go together with {second}: {reason} Leave one of them out.',
    exitCode: 2,
    stack: false,
  },
  NOBODY_TO_ASK: {
    message: 'Nobody is there to answer the questions of init. Give --yes to write what is missing without questions.',
    exitCode: 2,
    stack: false,
  },
  INIT_LINK: {
    message:
      '{path} is a link, and nothing is written through it. Replace it by what it leads to, or write the file yourself.',
    exitCode: 3,
    stack: false,
  },
  INPUT_UNREADABLE: {
    message: 'The file {path} cannot be used: {reason} Check the path and what it holds.',
    exitCode: 2,
    stack: false,
  },
  KEY_MISSING: {
    message: 'There is no key. Give --key with a PEM file; the option may be given several times.',
    exitCode: 2,
    stack: false,
  },
  KEY_UNREADABLE: {
    message:
      'The file {path} holds no {kind} key that can be used: {reason} Make an Ed25519 key and write it as PEM, without a passphrase.',
    exitCode: 2,
    stack: false,
  },
  SIGNATURE_APART: {
    message: 'A signature is checked by a key, and a key checks a signature. Give --key and --signature together.',
    exitCode: 2,
    stack: false,
  },
  PLUGIN_REFUSED: {
    message: 'The plugin {plugin} was not installed: {reason} Ask who publishes it, or use another key.',
    exitCode: 3,
    stack: false,
  },
  SPEC_INVALID: {
    message:
      'The plugin {spec} is no name in a registry. Give a name such as @acme/exporter, with @ and a version if you like.',
    exitCode: 2,
    stack: false,
  },
  NO_PLUGIN: {
    message: 'The package.json in {path} has no `seaworthy` object, so it is no plugin. Describe the plugin there.',
    exitCode: 2,
    stack: false,
  },
  NPM_MISSING: {
    message: 'npm could not be started: {reason} Install it, or put it on the PATH.',
    exitCode: 3,
    stack: false,
  },
  NPM_FAILED: {
    message: '`npm {command}` did not do its work: {reason} Its own words stand above.',
    exitCode: 3,
    stack: false,
  },
  UNKNOWN_LOCALE: {
    message: 'This command does not speak {locale}. Give one of {locales}.',
    exitCode: 2,
    stack: false,
  },
  BASELINE_UNREADABLE: {
    message:
      'The baseline {path} cannot be used: {reason} Check the path, or write it with `seaworthy audit --baseline {path} --write-baseline`.',
    exitCode: 2,
    stack: false,
  },
  BASELINE_MISSING: {
    message: 'There is no place for a baseline. Give --baseline, or set `baseline` in the config file.',
    exitCode: 2,
    stack: false,
  },
  REPORT_UNREADABLE: {
    message:
      'The report {path} cannot be used: {reason} Make one with `seaworthy audit --format json --output report.json`.',
    exitCode: 2,
    stack: false,
  },
  REPORTS_APART: {
    message:
      'The reports are of two projects, {before} and {after}. Compare two reports of one; `project` in the config file names it.',
    exitCode: 2,
    stack: false,
  },
  REPORT_NOT_THERE: {
    message: '{url} gives no report ({status}): {detail} Check the address, and that a report was pushed there.',
    exitCode: 2,
    stack: false,
  },
  REPORT_UNREACHABLE: {
    message: '{url} could not be asked for a report: {reason} Check that the server is up, then ask again.',
    exitCode: 3,
    retryable: true,
    stack: false,
  },
  UNKNOWN_FORMAT: {
    message: 'There is no format {format}.{suggestion} Give one of {formats}.',
    exitCode: 2,
    stack: false,
  },
  DIFF_URL_MISSING: {
    message:
      'One report is given, and there is no server with one to compare it with. Give two reports, or --url, or set SEAWORTHY_PUSH_URL or `push.url`.',
    exitCode: 2,
    stack: false,
  },
  PUSH_URL_MISSING: {
    message: 'There is no server to push to. Give --url, set SEAWORTHY_PUSH_URL, or set `push.url` in the config file.',
    exitCode: 2,
    stack: false,
  },
  TARGET_NOT_YOURS: {
    message:
      '{secret} comes from {secretSource}, and {target} from {targetSource}, a file of the project: it could send the secret to anybody. {advice} to say yourself where it goes.',
    exitCode: 2,
    stack: false,
  },
  PUSH_REFUSED: {
    message: '{url} refused the report with {status}: {detail} Correct what it names and push again.',
    exitCode: 2,
    stack: false,
  },
  PUSH_UNAVAILABLE: {
    message: '{url} is not available now ({status}), and {attempts} did not change that. Push again later.',
    params: unavailable,
    exitCode: 3,
    retryable: true,
    stack: false,
  },
  PUSH_BROKEN: {
    message: '{url} answered {status}: {detail} Look into the log of the server, then push again.',
    exitCode: 3,
    stack: false,
  },
  PUSH_FAILED: {
    message: '{url} could not be reached: {reason} Check the address and that the server is up, then push again.',
    exitCode: 3,
    retryable: true,
    stack: false,
  },
  PUSH_ANSWER_INVALID: {
    message:
      '{url} answered {status}, but not with the id and address of a report. Check that it is a seaworthy server.',
    exitCode: 3,
    stack: false,
  },
  CONFIG_MODULE_FAILED: {
    message: 'The module {path} could not be run: {reason} Check the path, and that the module runs on its own.',
    exitCode: 2,
    stack: false,
  },
  CONFIG_MISSING: {
    message:
      '{path} exports no configuration. Export what `defineConfig` answers, as `default`, `definition` or `config`.',
    exitCode: 2,
    stack: false,
  },
  CONFIG_SOURCES: {
    message:
      '{path} exports `sources` that are no list of sources. Export a list of what `file`, `env` and the others answer.',
    exitCode: 2,
    stack: false,
  },
  CONFIG_LOADED: {
    message:
      'The configuration of {path} is loaded by the module itself, and takes no more sources. Leave --file and --prefix out, or export the definition.',
    exitCode: 2,
    stack: false,
  },
  BUILD_OPTION_UNKNOWN: {
    message: 'The plugin knows no option {option}.{suggestion} Leave it out, or name one of {options}.',
    exitCode: 2,
    stack: false,
  },
  BUILD_OPTION_WRONG: {
    message: 'Expected `{option}` of the plugin to be {expected}, got {received}. Correct it where the plugin is made.',
    exitCode: 2,
    stack: false,
  },
  BUILD_AUDIT_TIMEOUT: {
    message:
      'The audit of {directory} was not done within {timeoutMs} ms. Leave out with `ignore` what need not be looked at, or raise `timeoutMs` of the plugin.',
    exitCode: 3,
    stack: false,
  },
  INTERRUPTED: {
    message: 'Interrupted: {done}. Run the command again for the rest.',
    exitCode: 130,
    stack: false,
  },
});
