// Loaded into Vitest, its workers and every program that tests start (NODE_OPTIONS). Vitest measures its workers; the
// programs that a worker starts are told to write down what they ran, into the folder SEAWORTHY_CHILD_COVERAGE names.
const folder = process.env['SEAWORTHY_CHILD_COVERAGE'];
const isWorker = /[/\\]vitest[/\\]dist[/\\]workers[/\\]/.test(process.argv[1] ?? '');
if (folder !== undefined && isWorker) process.env['NODE_V8_COVERAGE'] ??= folder;
