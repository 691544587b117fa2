import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getCallSites } from 'node:util';

/** Where a record was logged. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly function?: string;
}

const mostFrames = 20;
const ourDirectory = dirname(fileURLToPath(import.meta.url));

/** The nearest caller outside this package and winston. */
export function findSource(): Source | undefined {
  for (const { scriptName, lineNumber, functionName } of getCallSites(mostFrames)) {
    const file = scriptName.startsWith('file:') ? fileURLToPath(scriptName) : scriptName;
    if (file.startsWith(ourDirectory) || /[\\/]node_modules[\\/]winston[\\/]/.test(file)) continue;
    return { file, line: lineNumber, ...(functionName !== '' && { function: functionName }) };
  }
  return undefined;
}
