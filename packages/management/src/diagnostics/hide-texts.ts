// A heap snapshot holds every text in memory: tokens, passwords, requests. What one looks for in it is shapes, sizes and
// who holds whom, so the contents of texts are replaced by their length while the snapshot passes by.
//
// (1) A text that is also the name of a class, function, variable or property stays: the graph would be unreadable.
// (2) Numbers pass unchanged, byte by byte; nothing is kept but one bit of each kind for each text.
// (3) The parts are met in the order in which V8 writes them: meta, nodes, edges, strings.
// meta → nodes → between → edges → between → strings → rest
import { Transform } from 'node:stream';
import { ManagementErrors } from '../errors.ts';

const quote = 0x22;
const backslash = 0x5c;
const open = 0x5b;
const close = 0x5d;
const zero = 0x30;
const nine = 0x39;

/** Types of nodes whose name is a content. */
const contents = new Set(['string', 'concatenated string', 'sliced string']);
/** Types of edges whose second field is an index and no name. */
const unnamed = new Set(['element', 'hidden']);

/** More than `"strings":[` has. */
const longestName = 40;
const largestLayout = 65_536;

const isContent = 1;
const isName = 2;

type Part = 'meta' | 'nodes' | 'edges' | 'strings' | 'rest';

interface Layout {
  readonly nodeFields: number;
  readonly contentTypes: ReadonlySet<number>;
  readonly edgeFields: number;
  readonly unnamedTypes: ReadonlySet<number>;
}

/** Makes the stream that hides texts. */
export function hideTexts(): Transform {
  const state = new Snapshot();
  return new Transform({
    transform(chunk: Uint8Array | string, _encoding, done) {
      try {
        done(null, state.take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

class Snapshot {
  #part: Part = 'meta';
  /** Text since the last part began, to recognise the next one. */
  #seen = '';
  #layout: Layout | undefined;
  #marks = new Uint8Array(1 << 16);
  #field = 0;
  #type = 0;
  #number = -1;
  #index = 0;
  #isInText = false;
  #isEscaped = false;
  #length = 0;

  take(chunk: Uint8Array): Buffer {
    let at = 0;
    const out: Uint8Array[] = [];
    while (at < chunk.length) {
      const from = at;
      if (this.#part === 'strings') {
        at = this.#takeStrings(chunk, at, out);
        continue;
      }
      if (this.#part === 'rest') at = chunk.length;
      else if (this.#part === 'meta') at = this.#takeMeta(chunk, at);
      else at = this.#takeNumbers(chunk, at);
      out.push(chunk.subarray(from, at));
    }
    return Buffer.concat(out);
  }

  /** Up to and with the bracket that opens the next part. */
  #takeMeta(chunk: Uint8Array, from: number): number {
    const found = chunk.indexOf(open, from);
    const at = found < 0 ? chunk.length : found + 1;
    // The description of the layout is needed whole; later on only the name before the bracket is.
    const start = this.#layout === undefined ? from : Math.max(from, at - longestName);
    this.#seen += Buffer.from(chunk.buffer, chunk.byteOffset + start, at - start).toString('latin1');
    if (this.#layout !== undefined) this.#seen = this.#seen.slice(-longestName);
    if (this.#seen.length > largestLayout) return unreadable();
    const next = found < 0 ? undefined : /"(nodes|edges|strings)":\[$/.exec(this.#seen)?.[1];
    if (next === undefined) return at;
    if (next === 'nodes') this.#layout = readLayout(this.#seen);
    this.#part = next as Part;
    this.#seen = '';
    this.#field = 0;
    this.#number = -1;
    return at;
  }

  /** Up to and with the bracket that closes the part. */
  #takeNumbers(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at] ?? 0;
      at += 1;
      if (byte >= zero && byte <= nine) {
        this.#number = (this.#number < 0 ? 0 : this.#number * 10) + byte - zero;
        continue;
      }
      if (this.#number >= 0) this.#note(this.#number);
      this.#number = -1;
      if (byte !== close) continue;
      this.#part = 'meta';
      break;
    }
    return at;
  }

  #note(value: number): void {
    const { nodeFields, contentTypes, edgeFields, unnamedTypes } = this.#layout ?? unreadable();
    const isNode = this.#part === 'nodes';
    if (this.#field === 0) this.#type = value;
    else if (this.#field === 1) {
      if (isNode) this.#mark(value, contentTypes.has(this.#type) ? isContent : isName);
      else if (!unnamedTypes.has(this.#type)) this.#mark(value, isName);
    }
    this.#field = (this.#field + 1) % (isNode ? nodeFields : edgeFields);
  }

  #mark(index: number, mark: number): void {
    if (index >= this.#marks.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#marks.length * 2));
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[index] = (this.#marks[index] ?? 0) | mark;
  }

  #takeStrings(chunk: Uint8Array, from: number, out: Uint8Array[]): number {
    let at = from;
    let shownFrom = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (!this.#isInText) {
        if (byte === close) {
          this.#part = 'rest';
          break;
        }
        if (byte !== quote) continue;
        this.#isInText = true;
        this.#length = 0;
        if (!this.#isHidden()) continue;
        out.push(chunk.subarray(shownFrom, at + 1));
        shownFrom = at + 1;
        continue;
      }
      if (!this.#isEscaped && byte === quote) {
        if (this.#isHidden()) {
          out.push(Buffer.from(`(text of ${this.#length} bytes)`));
          shownFrom = at;
        }
        this.#isInText = false;
        this.#index += 1;
        continue;
      }
      this.#isEscaped = !this.#isEscaped && byte === backslash;
      this.#length += 1;
    }
    if (!this.#isInText || !this.#isHidden()) out.push(chunk.subarray(shownFrom, at));
    return at;
  }

  #isHidden(): boolean {
    return (this.#marks[this.#index] ?? 0) === isContent;
  }
}

interface Meta {
  readonly node_fields: readonly string[];
  readonly node_types: readonly [readonly string[], ...unknown[]];
  readonly edge_fields: readonly string[];
  readonly edge_types: readonly [readonly string[], ...unknown[]];
}

/** Reads which number means what, as the snapshot itself says. */
function readLayout(head: string): Layout {
  const text = head.replace(/,\s*"nodes":\[$/, '}');
  const { snapshot } = JSON.parse(text) as { readonly snapshot: { readonly meta: Meta } };
  const { node_fields: nodes, node_types: nodeTypes, edge_fields: edges, edge_types: edgeTypes } = snapshot.meta;
  const isKnown = nodes[0] === 'type' && nodes[1] === 'name' && edges[0] === 'type' && edges[1] === 'name_or_index';
  if (!isKnown) return unreadable();
  const numbersOf = (types: readonly string[], wanted: ReadonlySet<string>): ReadonlySet<number> =>
    new Set(types.flatMap((type, index) => (wanted.has(type) ? [index] : [])));
  return {
    nodeFields: nodes.length,
    contentTypes: numbersOf(nodeTypes[0], contents),
    edgeFields: edges.length,
    unnamedTypes: numbersOf(edgeTypes[0], unnamed),
  };
}

/** Rather nothing than a snapshot with what should be hidden. */
function unreadable(): never {
  throw new ManagementErrors.SNAPSHOT_UNKNOWN();
}
