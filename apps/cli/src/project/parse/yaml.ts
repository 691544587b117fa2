import type { Document, LineCounter } from 'yaml';
import type { YamlFile } from '../../rules/contract.ts';
import { loadYaml } from './load-yaml.ts';
import type { Parsed } from './parsed.ts';

/** Parses all documents of a YAML stream. Tags it does not know are kept, not refused. */
export function parseYaml(text: string): Parsed<YamlFile> {
  const lines = new (loadYaml().LineCounter)();
  try {
    const documents = readDocuments(text, lines);
    const error = documents.flatMap((document) => document.errors)[0];
    if (error === undefined) return checkAliases(text, { documents, lines });
    return { ok: false, reason: reasonOf(error.message), offset: error.pos[0] };
  } catch (error) {
    // The parser recurses: a text that nests deeply enough ends in a RangeError.
    return {
      ok: false,
      reason: error instanceof RangeError ? 'It nests too deeply to be looked at.' : String(error),
      offset: 0,
    };
  }
}

/** An alias of nothing, or too many of them, would throw in the first rule that asks for the data. */
function checkAliases(text: string, value: YamlFile): Parsed<YamlFile> {
  try {
    if (text.includes('*')) for (const document of value.documents) document.toJS();
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { ok: false, reason: reasonOf(error.message), offset: text.indexOf('*') };
  }
}

/** Without what follows a colon: the parser quotes the text there, and the text may be a secret. */
function reasonOf(message: string): string {
  return message.replace(/: .*$/s, '');
}

function readDocuments(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const documents = loadYaml().parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  return 'empty' in documents ? [] : documents;
}
