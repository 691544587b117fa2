/** One server-sent event. */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

export interface EventParser {
  /** The id of the last event that had one; sent as `Last-Event-ID` when connecting again. */
  readonly lastEventId: string;
  /** What the server asked to wait before connecting again, in milliseconds. */
  readonly retryMs: number | undefined;
  /** Takes the next piece of the stream. */
  push(chunk: Uint8Array): readonly ServerSentEvent[];
}

/** Beyond this a line or an event is nobody's honest event; the rest of it is dropped. */
const longestData = 2 ** 20;

/** Reads the format of https://html.spec.whatwg.org/multipage/server-sent-events.html, for one connection after the id given. */
export function eventParser(lastEventId = ''): EventParser {
  // Takes a byte order mark away, and puts characters together that two pieces share.
  const decoder = new TextDecoder('utf-8');
  const state = { lastEventId, retryMs: undefined as number | undefined };
  let rest = '';
  let endedWithReturn = false;
  let type = '';
  let data: string | undefined;

  const takeField = (name: string, value: string): void => {
    if (name === 'event') type = value;
    else if (name === 'data') data = (data === undefined ? value : `${data}\n${value}`).slice(0, longestData);
    else if (name === 'id' && !value.includes('\0')) state.lastEventId = value;
    else if (name === 'retry' && /^\d+$/.test(value)) state.retryMs = Number(value);
  };
  const takeLine = (line: string): ServerSentEvent | undefined => {
    if (line !== '') {
      const colon = line.indexOf(':');
      if (colon === -1) takeField(line, '');
      else if (colon > 0) takeField(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
      return undefined;
    }
    const event = data === undefined ? undefined : { type: type === '' ? 'message' : type, data };
    type = '';
    data = undefined;
    return event;
  };

  return {
    get lastEventId() {
      return state.lastEventId;
    },
    get retryMs() {
      return state.retryMs;
    },
    push(chunk) {
      let text = decoder.decode(chunk, { stream: true });
      if (text === '') return [];
      // A line feed that belongs to the return which ended the piece before.
      if (endedWithReturn && text.startsWith('\n')) text = text.slice(1);
      endedWithReturn = text.endsWith('\r') || (text === '' && endedWithReturn);
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '').slice(0, longestData);
      return lines.map(takeLine).filter((event) => event !== undefined);
    },
  };
}
