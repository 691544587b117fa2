import type { Messages } from '../i18n/messages.ts';
import type { Report } from '../report/report.ts';

/** The styles reporters use, by names of `util.styleText`. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Leaves every text as it is. */
export const plain: Paint = (_style, text) => text;

export interface ReporterOptions {
  /** @default plain */
  readonly paint?: Paint;
  /** Put before the path of a file, for readers that start elsewhere: empty, or ends in a slash. @default '' */
  readonly prefix?: string;
  /** What people are told in, by formats for people. @default English */
  readonly messages?: Messages;
  /** The version of the command line. */
  readonly version: string;
}

/** Turns a report into text that ends in a line break, or is empty. */
export type Reporter = (report: Report, options: ReporterOptions) => string;
