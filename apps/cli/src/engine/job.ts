import { inspect } from 'node:util';
import { createResilience } from '@seaworthy/resilience';
import { openAnswers, type KeptAnswers } from '../cache/answers.ts';
import { keepReport, type CacheState } from '../cache/report.ts';
import { reasonOf } from '../project/problem.ts';
import type { Facts } from '../project/project.ts';
import type { Fix } from '../fix/fixes.ts';
import type { Report } from '../report/report.ts';
import { audit } from './audit.ts';
import { createDeadline } from './deadline.ts';
import type { HelperStarter } from './examine.ts';
import { openExperiments } from './experiments.ts';
import { ignoring } from './ignore.ts';
import { loadPacks, type PackOptions, type RulePackPlugin } from './packs.ts';
import type { StoppedRule } from './run-rules.ts';
import { refuseUnknown, type RuleSetting } from './select.ts';

/** Everything an audit needs to know, as plain data: it may run in another thread. */
export interface AuditJob {
  /** The absolute path of the directory. */
  readonly root: string;
  /** The directory as the user named it. */
  readonly directory: string;
  readonly ignore: readonly string[];
  /** The absolute path that the globs of `ignore` start from. */
  readonly ignoreFrom: string;
  /** For git, if it is started. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Where `rules` was set, for messages. */
  readonly rulesSource: string;
  readonly experimental: readonly string[];
  readonly isProduction: boolean;
  readonly ruleTimeoutMs: number;
  readonly timings: boolean;
  readonly projectName?: string;
  /** Rules that took an earlier run down: they are reported, and do not run again. */
  readonly stopped?: readonly StoppedRule[];
  /** What earlier runs have kept. */
  readonly cache?: CacheState;
  /** How many rules are under way at a time. */
  readonly atOnce?: number;
}

/** What a job answers, as plain data. */
export interface JobResult {
  readonly report: Report;
  /** What would mend findings of the report. */
  readonly fixes: readonly Fix[];
  /** What the rules were told of the project; not known of a report that was kept. */
  readonly facts?: Facts;
}

/** Where a job tells what it does. */
export interface JobListener {
  readonly log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
  readonly progress: (line: string) => void;
  /** The rule that has just begun, or has just asked for something. */
  readonly active: (rule: string) => void;
  /** How many bytes this thread is done with. @default nobody hears of it */
  readonly done?: (bytes: number) => void;
}

/**
 * Loads the rules and audits the directory.
 *
 * @throws UNKNOWN_RULE, DUPLICATE_RULE, PACK_FAILED; what `audit` throws; the signal's reason
 */
export async function runJob(
  job: AuditJob,
  plugins: readonly RulePackPlugin[],
  startHelpers: HelperStarter | undefined,
  listener: JobListener,
  signal?: AbortSignal,
): Promise<JobResult> {
  const logger = loggerOf(listener);
  const resilience = createResilience(signal && { signal });
  const packs = await loadPacks(plugins, { logger, ...(signal && { signal }) });
  try {
    const rules = packs.rules.map(({ rule }) => rule);
    refuseUnknown(job.rules, rules, job.rulesSource);
    logger.info({ rules: rules.length, ignore: job.ignore, isProduction: job.isProduction }, 'Rules loaded');
    const experiments = await openExperiments(rules, { enabled: job.experimental, isProduction: job.isProduction });
    try {
      const answers: { known?: KeptAnswers } = {};
      const { report, fixes, facts, isStable } = await audit({
        ...job,
        ...(startHelpers && { startHelpers }),
        ...(job.cache && { walk: job.cache.walk, openKnown: opener(job.cache, answers) }),
        rules,
        selection: { settings: job.rules, isOn: experiments.isOn },
        isIgnored: ignoring(job.ignore, job.ignoreFrom, job.root),
        withDeadline: createDeadline(resilience, job.ruleTimeoutMs),
        onFile: (done, all) => listener.progress(`Reading file ${done} of ${all}`),
        onRule: ({ id }) => listener.progress(`Running ${id}`),
        onActive: ({ id }) => listener.active(id),
        ...(listener.done && { onDone: listener.done }),
        onCrash: ({ id }, error) => logger.error({ rule: id, stack: inspect(error) }, 'A rule did not finish'),
        ...(signal && { signal }),
      });
      logger.info({ ...report.stats, ...report.summary, problems: report.problems.length }, 'Audit finished');
      if (job.cache !== undefined && isStable) keepAll(job.cache, report, answers.known, logger);
      return { report, fixes, facts };
    } finally {
      await experiments.close();
    }
  } finally {
    await packs[Symbol.asyncDispose]();
    await resilience.close();
  }
}

function opener(
  { directory, settingsKey }: CacheState,
  answers: { known?: KeptAnswers },
): (key: string) => KeptAnswers {
  return (key) => (answers.known = openAnswers(directory, JSON.stringify([settingsKey, key])));
}

/** A cache that cannot be written costs the next run its time, and this one nothing. */
function keepAll(cache: CacheState, report: Report, known: KeptAnswers | undefined, logger: Logger): void {
  try {
    known?.keep();
    keepReport(cache, report);
  } catch (error) {
    logger.warn({ directory: cache.directory, reason: reasonOf(error) }, 'Nothing is kept for the next run');
  }
}

type Logger = Required<PackOptions>['logger'];

function loggerOf({ log }: JobListener): Logger {
  return {
    info: (fields, message) => log('info', fields, message),
    warn: (fields, message) => log('warn', fields, message),
    error: (fields, message) => log('error', fields, message),
  };
}
