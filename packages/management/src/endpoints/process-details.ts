/** How long this process runs and what memory it takes, read now. */
export function processDetails(): object {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  return {
    uptimeMs: Math.round(process.uptime() * 1_000),
    memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external },
  };
}
