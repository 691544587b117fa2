/** A report as the command line writes it. */
export function reportBody(change: { readonly name?: string; readonly overall?: number } = {}): string {
  const { name = 'orders', overall = 72 } = change;
  return JSON.stringify({
    schema: 'seaworthy.report',
    schemaVersion: 1,
    project: { name },
    summary: { errors: 1, warnings: 0, infos: 0 },
    score: { overall, categories: { lifecycle: { score: overall, errors: 1, warnings: 0, infos: 0 } } },
    findings: [
      {
        rule: 'SEA-R012',
        title: 'no SIGTERM handler',
        severity: 'error',
        category: 'lifecycle',
        message: 'Nothing handles SIGTERM.',
        file: 'src/server.ts',
        line: 1,
        column: 1,
        snippet: { firstLine: 1, lines: ['server.listen(8080);'] },
        why: 'Requests in flight are lost.',
        fix: 'Close the server on SIGTERM.',
        docs: 'seaworthy explain SEA-R012',
        fingerprint: '0123456789abcdef',
      },
    ],
    suppressed: 0,
    problems: [],
    stats: { files: 1, bytes: 20, rules: 1, findings: 1 },
  });
}

export function push(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(new URL('/api/v1/reports', url), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'user-agent': 'seaworthy/0.1.0', ...headers },
  });
}
