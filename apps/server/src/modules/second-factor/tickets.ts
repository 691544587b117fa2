import { z } from 'zod';
import type { Box } from './box.ts';

const ticket = z.object({
  id: z.number(),
  name: z.string(),
  method: z.enum(['password', 'ldap']),
  until: z.number(),
});

/** Who has proved to be somebody by a password, and has to show a code. */
export type HalfSignedIn = Omit<z.output<typeof ticket>, 'until'>;

/** Goes from one page to the next, where nobody can read or change it. Alone it opens nothing. */
export interface Tickets {
  issue(account: HalfSignedIn): Promise<string>;
  /** Undefined when it is over, or not of this server. */
  read(text: string): Promise<HalfSignedIn | undefined>;
}

const patienceMs = 300_000;
const label = 'half signed in';

export function createTickets(box: Box, now: () => number = Date.now): Tickets {
  return {
    issue: (account) => box.seal(JSON.stringify({ ...account, until: now() + patienceMs }), label),
    async read(text) {
      const opened = await box.open(text, label);
      if (opened === undefined) return undefined;
      const { until, ...account } = ticket.parse(JSON.parse(opened));
      return now() < until ? account : undefined;
    },
  };
}
