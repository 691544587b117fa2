// Three generations of one record, read by one program.
import { createRegistry, SchemaErrors, subject } from '@seaworthy/schema-registry';
import { z } from 'zod';

const user = subject('crm.user', z.object({ name: z.string() }))
  .version(2, z.object({ first: z.string(), last: z.string() }), {
    up: ({ name }) => ({ first: name.split(' ')[0] ?? '', last: name.split(' ').slice(1).join(' ') }),
    down: ({ first, last }) => ({ name: `${first} ${last}` }),
  })
  .version(3, z.object({ first: z.string(), last: z.string(), active: z.boolean().default(true) }), {
    up: (v2) => v2,
    down: ({ first, last }) => ({ first, last }),
  });

const registry = createRegistry([user]);

const stored = [
  { schema: 'crm.user', version: 1, data: { name: 'Ada Lovelace' } },
  { schema: 'crm.user', version: 3, data: { first: 'Grace', last: 'Hopper', active: false } },
  { schema: 'crm.user', version: 2, data: { first: 'Alan' } },
  { schema: 'crm.user', version: 4, data: { first: 'Edsger', last: 'Dijkstra', team: 'THE' } },
];

for (const record of stored) {
  try {
    const { value, from, migrated } = registry.decode(record);
    console.log(`version ${from}${migrated ? ' (migrated)' : ''}: ${JSON.stringify(value)}`);
  } catch (error) {
    if (!SchemaErrors.INVALID_DATA.is(error) && !SchemaErrors.FUTURE_VERSION.is(error)) throw error;
    console.log(`${error.code.split('.').at(-1)}: ${error.message}`);
  }
}
