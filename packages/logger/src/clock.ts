let lastMs = Number.NaN;
let lastSecond = Number.NaN;
let secondText = '';
let timestamp = '';

/** The present time as ISO 8601 with milliseconds; the text is built once per millisecond. */
export function isoNow(): string {
  const now = Date.now();
  return now === lastMs ? timestamp : format(now);
}

/** The time of the latest timestamp, in milliseconds since 1970: spares a sink a second look at the clock. */
export function latestMs(): number {
  return lastMs;
}

/** The latest timestamp. */
export function latestIso(): string {
  return timestamp;
}

function format(now: number): string {
  lastMs = now;
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  const milliseconds = now - second * 1000;
  timestamp = `${secondText}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
  return timestamp;
}
