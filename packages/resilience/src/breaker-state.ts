/**
 * `closed` lets calls through, `open` refuses them, `half-open` lets a few try. By hand: `forced-open` refuses everything,
 * `disabled` lets everything through and counts nothing, `metrics-only` lets everything through and counts.
 */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'forced-open' | 'disabled' | 'metrics-only';
