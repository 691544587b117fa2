// (1) At most one server runs; a restart ends the one before it starts another.
// (2) Without a server nothing is an error: the status says how to get one.
import { findServer, type ServerCommand } from './server.ts';

/** What is used of the editor. */
export interface Api {
  /** The paths of the folders that are open. */
  readonly folders: () => readonly string[];
  readonly setting: (name: 'server.path' | 'node') => string;
  /** Shows how it is. */
  readonly status: (text: string, tooltip: string) => void;
  /** The rule of a finding at the cursor. */
  readonly ruleAtCursor: () => string | undefined;
  readonly askForRule: () => Promise<string | undefined>;
  readonly showMarkdown: (text: string) => Promise<void>;
  readonly warn: (message: string) => void;
  /** Says a text in the language of the editor; `{0}` stands for the first value. */
  readonly say: (text: string, ...values: readonly string[]) => string;
}

/** The other end of a server. */
export interface Client {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Null for a rule that is not there. */
  explain(rule: string): Promise<string | null>;
}

export interface Extension {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Shows the explanation of the rule at the cursor, or of one that the user names. */
  explain(): Promise<void>;
}

export function createExtension(api: Api, createClient: (server: ServerCommand) => Client): Extension {
  let client: Client | undefined;
  const stop = async (): Promise<void> => {
    const current = client;
    client = undefined;
    await current?.stop();
  };
  return {
    stop,
    async start() {
      await stop();
      const server = findServer({
        folders: api.folders(),
        path: api.setting('server.path'),
        node: api.setting('node'),
      });
      if (server === undefined) {
        api.status(
          '$(circle-slash) Seaworthy',
          api.say('Install @seaworthy/cli in the workspace: npm install --save-dev @seaworthy/cli'),
        );
        return;
      }
      const next = createClient(server);
      client = next;
      try {
        await next.start();
        api.status('$(check) Seaworthy', server.args.join(' '));
      } catch (error) {
        api.status('$(error) Seaworthy', api.say('The server did not start: {0}', String(error)));
      }
    },
    async explain() {
      const rule = api.ruleAtCursor() ?? (await api.askForRule());
      if (rule === undefined) return;
      const text = await client?.explain(rule);
      if (typeof text === 'string') await api.showMarkdown(text);
      else
        api.warn(client === undefined ? api.say('No Seaworthy server runs.') : api.say('There is no rule {0}.', rule));
    },
  };
}
