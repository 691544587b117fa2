// (1) A file is read at most once and parsed at most once, whatever the number of rules; only what was forgotten is parsed again.
// (2) open() is true exactly when the file was read and, where its kind has a parser, parsed.
// (3) A file that does not open is reported once, with its place.
import { join } from 'node:path';
import { CliErrors } from '../errors.ts';
import type { DockerFile, FileKind, JsonFile, Position, ProjectFile, Script, YamlFile } from '../rules/contract.ts';
import { classify, isSupport, refineYaml } from './classify.ts';
import { Lines } from './lines.ts';
import { parseDocker } from './parse/docker.ts';
import { parseJson } from './parse/json.ts';
import type { Parsed } from './parse/parsed.ts';
import { parseScript } from './parse/script.ts';
import { parseYaml } from './parse/yaml.ts';
import { unparsable, type Problem } from './problem.ts';
import { byteLimit, readText, takeText } from './read.ts';
import type { Entry } from './walk.ts';

export class SourceFile implements ProjectFile {
  readonly path: string;
  readonly isSupport: boolean;
  readonly bytes: number;
  /** The file as it was listed. */
  readonly entry: Entry;
  /** What the file held when it was listed, if that was looked at. */
  readonly content: string | undefined;
  readonly #absolute: string;
  readonly #report: (problem: Problem) => void;
  #kind: FileKind;
  #hasChanged = false;
  #isOpen: boolean | undefined;
  #text: string | undefined;
  #lines: Lines | undefined;
  #script: Script | undefined;
  #json: JsonFile | undefined;
  #yaml: YamlFile | undefined;
  #docker: DockerFile | undefined;

  constructor(root: string, entry: Entry, report: (problem: Problem) => void) {
    this.entry = entry;
    this.path = entry.path;
    this.bytes = entry.bytes;
    this.content = entry.content;
    this.isSupport = isSupport(entry.path);
    this.#absolute = join(root, entry.path);
    this.#report = report;
    this.#kind = classify(entry.path);
  }

  /** What the path tells, before the file has been read. */
  get likelyKind(): FileKind {
    return this.#kind;
  }

  get kind(): FileKind {
    if (this.#kind === 'yaml' && this.#text === undefined) this.#read();
    return this.#kind;
  }

  get text(): string {
    if (this.#text === undefined) this.#read();
    return this.#text ?? '';
  }

  get lines(): Lines {
    return (this.#lines ??= new Lines(this.text));
  }

  /** Whether the file was read, and held something else than when it was listed. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** True once the file has been asked for. */
  get wasOpened(): boolean {
    return this.#isOpen !== undefined;
  }

  open(): boolean {
    return (this.#isOpen ??= this.#read() && this.#parse());
  }

  /** Takes what another thread, or an earlier run, has found out about the file: it is neither opened nor reported again. */
  adopt(isOpen: boolean, hasChanged: boolean = false): void {
    this.#isOpen = isOpen;
    this.#hasChanged = hasChanged;
  }

  /** Lets go of the tree, which takes many times the memory of the text. */
  forget(): void {
    this.#script = undefined;
    this.#lines = undefined;
  }

  position(offset: number): Position {
    return this.lines.position(offset);
  }

  script(): Script {
    return this.#wanted(this.#opened() ? this.#script : undefined, 'script');
  }

  json(): JsonFile {
    // A lockfile is parsed only for the rule that asks: it may be large, and need not be JSON.
    if (this.kind === 'lockfile' && this.#json === undefined) this.#json = this.#keep(this.#parseJson()) ?? nothing;
    return this.#wanted(this.#opened() ? this.#json : undefined, 'JSON');
  }

  yaml(): YamlFile {
    return this.#wanted(this.#opened() ? this.#yaml : undefined, 'YAML');
  }

  docker(): DockerFile {
    return this.#wanted(this.#opened() ? this.#docker : undefined, 'a Dockerfile');
  }

  /** Whether the file is open with what its kind is parsed to: that may be forgotten, or was never made here. */
  #opened(): boolean {
    const content = this.#script ?? this.#json ?? this.#yaml ?? this.#docker;
    return this.open() && (content !== undefined || (this.#read() && this.#parse()));
  }

  #wanted<T>(content: T | undefined, wanted: string): T {
    if (content === undefined) throw new CliErrors.WRONG_KIND({ path: this.path, kind: this.kind, wanted });
    return content;
  }

  #read(): boolean {
    if (this.#text !== undefined) return this.#isOpen !== false;
    const limit = byteLimit(this.#kind);
    const { text } = this.entry;
    const reading = text === undefined ? readText(this.#absolute, this.path, limit) : takeText(text, this.path, limit);
    this.#hasChanged = this.content !== undefined && this.content !== reading.content();
    if ('problem' in reading) {
      this.#text = '';
      // Who has looked at the file elsewhere has reported it.
      if (this.#isOpen !== false) this.#report(reading.problem);
      this.#isOpen = false;
      return false;
    }
    this.#text = reading.text;
    if (this.#kind === 'yaml') this.#kind = refineYaml(reading.text);
    return true;
  }

  #parse(): boolean {
    switch (this.#kind) {
      case 'script':
        return (this.#script = this.#keep(parseScript(this.path, this.text))) !== undefined;
      case 'package-json':
      case 'json':
        return (this.#json = this.#keep(this.#parseJson())) !== undefined;
      case 'compose':
      case 'kubernetes':
      case 'workflow':
      case 'yaml':
        return (this.#yaml = this.#keep(parseYaml(this.text))) !== undefined;
      case 'dockerfile':
        this.#docker = parseDocker(this.text);
        return true;
      default:
        return true;
    }
  }

  #parseJson(): Parsed<JsonFile> {
    return parseJson(this.text, (offset) => this.position(offset));
  }

  #keep<T>(parsed: Parsed<T>): T | undefined {
    if (parsed.ok) return parsed.value;
    this.#report(unparsable(this.path, parsed.reason, this.position(parsed.offset)));
    return undefined;
  }
}

const nothing: JsonFile = { value: undefined, locate: () => ({ line: 1, column: 1 }) };
