import type { Telemetry } from '../../src/node.ts';
import { parsePage, type Sample } from './parse-page.ts';

/** The samples of a page that is made now. */
export async function samplesOf(telemetry: Telemetry): Promise<readonly Sample[]> {
  return parsePage((await telemetry.render()).body);
}

/** The sum of the samples of this name whose labels have these values; 0 without any. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
