import type { Locale } from '../i18n/locale.ts';
import { loadSpeaker } from '../i18n/rules/in-language.ts';
import type { Report } from '../report/report.ts';
import { formatsForPeople, type Format } from './formats.ts';

/** The report as those read it that a format is for: people in their language, machines in English. */
export async function forReaders(report: Report, format: Format, locale: Locale): Promise<Report> {
  return formatsForPeople.has(format) ? (await loadSpeaker(locale)).report(report) : report;
}
