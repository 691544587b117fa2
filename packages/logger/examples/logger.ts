// One request, logged: correlation, redaction, an error with its cause, and a level that changes while it runs.
import { context, createLogger, levels, memory } from '@seaworthy/logger';

const sink = memory();
const log = createLogger({ name: 'shop', level: 'info', sinks: [sink], base: {}, redact: ['card.number'] });
const database = log.child({ part: 'orders' }, { name: 'shop.db' });

context.run({ requestId: 'r-17' }, () => {
  log.info('request received', { card: { number: '4242 4242', month: 4 } });
  database.debug('not shown: the level is info');
  levels.set('shop.db', 'debug');
  database.debug('query planned', { rows: 3 });
  log.error(new Error('charge failed', { cause: new RangeError('over the limit') }));
});

for (const { level, logger, message, requestId, card, rows, err } of sink.records) {
  const { message: cause } = (err as { cause?: { message?: string } } | undefined)?.cause ?? {};
  console.log(JSON.stringify({ level, logger, message, requestId, card, rows, cause }));
}

const { outcome, stats } = await log.close({ timeoutMs: 1000 });
console.log(`${outcome}: ${stats.records} records, ${stats.dropped} dropped`);
