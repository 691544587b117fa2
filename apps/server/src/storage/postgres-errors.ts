/** Classes of SQLSTATE after which the same question may be answered later. */
const passingClasses = ['08', '53', '58'];
const passing = [
  '25006', // read-only: a standby, or one that was told so
  '40001',
  '40P01', // a deadlock: somebody has to give way
  '55P03', // waited too long for a lock
  '57014', // took too long
  '57P01',
  '57P02',
  '57P03', // it stops, has crashed, or starts
];

/** What the driver says where the operating system has no code for it. */
const lost =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired)|not queryable/;
const unreachable =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|NOTFOUND|AI_AGAIN)$/;

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function isState(code: string): boolean {
  return /^[\dA-Z]{5}$/.test(code) && !unreachable.test(code);
}

/** True when the connection is over, or nobody knows what it does: it is not to be used again. */
export function isConnectionOver(error: unknown): boolean {
  if (!isState(codeOf(error))) return true;
  const severity = typeof error === 'object' && error !== null && 'severity' in error ? error.severity : undefined;
  return severity === 'FATAL' || severity === 'PANIC';
}

/** True when the database cannot answer now but may later: away, full, busy, or about to stop. */
export function isPostgresAway(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  // A host with several addresses fails once for each.
  if (error instanceof AggregateError && error.errors.some(isPostgresAway)) return true;
  if (isState(code)) return passing.includes(code) || passingClasses.includes(code.slice(0, 2));
  return unreachable.test(code) || lost.test(error.message);
}
