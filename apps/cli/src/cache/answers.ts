import { join } from 'node:path';
import { flawOf } from '../engine/raw-finding.ts';
import type { FileAnswer } from '../engine/file-answer.ts';
import type { Known } from '../engine/examine.ts';
import type { SourceFile } from '../project/file.ts';
import { isRecord } from '../project/record.ts';
import { keep, readKept } from './store.ts';

/** Answers about single files, each for what the file held. */
export interface KeptAnswers extends Known {
  /** Keeps the answers of this run, and forgets files that are gone. @throws what the file system throws */
  keep(): void;
}

interface Kept {
  readonly content: string;
  readonly answer: FileAnswer;
}

/**
 * Opens the answers of earlier runs.
 *
 * @param key Of all that an answer depends on besides the file: rules and their versions, settings, facts of the project.
 */
export function openAnswers(directory: string, key: string): KeptAnswers {
  const path = join(directory, 'files.json');
  const earlier = read(path, key);
  const current = new Map<string, Kept>();
  let isNew = false;
  return {
    get(file) {
      const kept = earlier.get(file.path);
      if (kept === undefined || kept.content !== file.content) return undefined;
      current.set(file.path, kept);
      return kept.answer;
    },
    set(file: SourceFile, answer) {
      if (file.content === undefined) return;
      current.set(file.path, { content: file.content, answer });
      isNew = true;
    },
    keep() {
      if (isNew || current.size !== earlier.size) keep(path, { key, files: [...current.values()] });
    },
  };
}

function read(path: string, key: string): ReadonlyMap<string, Kept> {
  const value = readKept(path);
  if (!isRecord(value) || value['key'] !== key || !Array.isArray(value['files'])) return new Map();
  return new Map(value['files'].filter(isKept).map((kept) => [kept.answer.path, kept]));
}

function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || typeof value['content'] !== 'string' || !isRecord(value['answer'])) return false;
  const { path, findings, problems, suppressions, applicable } = value['answer'];
  const lists = [findings, problems, suppressions, applicable];
  if (typeof path !== 'string' || !lists.every(Array.isArray)) return false;
  return (
    Array.isArray(findings) && findings.every((each: unknown) => isRecord(each) && flawOf(each['raw']) === undefined)
  );
}
