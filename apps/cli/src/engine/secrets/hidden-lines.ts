// A report is printed, sent and stored: a line that shows a secret stays at home, whatever rule points at it or beside it.
import type { FileKind, Position, RuleFinding, YamlFile } from '../../rules/contract.ts';
import { tokensIn } from '../../rules/syntax/token-formats.ts';
import { secretsInCode, secretsInText, type Span } from './in-text.ts';
import { secretsInYaml } from './in-yaml.ts';

/** What finding the secrets of a file needs of it. */
export interface SecretiveFile {
  readonly kind: FileKind;
  readonly text: string;
  readonly lines: { readonly count: number };
  position(offset: number): Position;
  yaml(): YamlFile;
}

/**
 * The 1-based lines of a file that must not be shown: what a rule found, and what stands in the file whether or not the
 * rule for it is on.
 */
export function hiddenLines(file: SecretiveFile, findings: readonly RuleFinding[]): ReadonlySet<number> {
  const sensitive = findings.filter((finding) => finding.sensitive === true);
  const { count } = file.lines;
  if (file.kind === 'env' || sensitive.some(({ position }) => position === undefined)) return range(1, count);
  const found = sensitive.map(({ position, end }) =>
    range(position!.line, Math.min(end?.line ?? position!.line, count)),
  );
  const written = [...secretsIn(file), ...tokensIn(file.text)].map(({ start, end }) =>
    range(file.position(start).line, file.position(Math.max(start, end - 1)).line),
  );
  return new Set([...found, ...written].flatMap((lines) => [...lines]));
}

function secretsIn(file: SecretiveFile): readonly Span[] {
  switch (file.kind) {
    case 'compose':
    case 'kubernetes':
    case 'workflow':
    case 'yaml':
      return file.yaml().documents.flatMap(secretsInYaml);
    case 'dockerfile':
    case 'json':
    case 'package-json':
    case 'other':
      return secretsInText(file.text);
    case 'script':
      return secretsInCode(file.text);
    default:
      return [];
  }
}

function range(first: number, last: number): ReadonlySet<number> {
  return new Set(Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => first + index));
}
