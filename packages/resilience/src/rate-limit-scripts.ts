/** A program for the server, and the hash by which the server knows it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

export interface Scripts {
  readonly tokenBucket: Script;
  readonly slidingWindow: Script;
}

// Both answer { allowed, remaining, the wait in milliseconds as text, which keeps its fraction }.
const tokenBucket = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local perMs, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * perMs)
local allowed, wait = 0, 0
if tokens >= cost then
  allowed, tokens = 1, tokens - cost
else
  wait = (cost - tokens) / perMs
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.17g', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / perMs) + 1000)
return { allowed, math.floor(tokens), tostring(wait) }`;

const slidingWindow = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local limit, windowMs, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local first = redis.call('LINDEX', KEYS[1], 0)
while first and tonumber(first) + windowMs <= now do
  redis.call('LPOP', KEYS[1])
  first = redis.call('LINDEX', KEYS[1], 0)
end
local taken = redis.call('LLEN', KEYS[1])
local inTheWay = taken + cost - limit
if inTheWay > 0 then
  local last = redis.call('LINDEX', KEYS[1], inTheWay - 1)
  return { 0, math.max(0, limit - taken), tostring(tonumber(last) + windowMs - now) }
end
for _ = 1, cost do redis.call('RPUSH', KEYS[1], string.format('%.17g', now)) end
redis.call('PEXPIRE', KEYS[1], math.ceil(windowMs) + 1000)
return { 1, limit - taken - cost, '0' }`;

/** The scripts with their hashes: made by the store, so that importing the package does no work. */
export function createScripts(): Scripts {
  return { tokenBucket: hashed(tokenBucket), slidingWindow: hashed(slidingWindow) };
}

function hashed(text: string): Script {
  // Asked for here: an import of it would make web crypto, too, for every program that shares no limit (decision 12).
  const { createHash } = process.getBuiltinModule('node:crypto');
  // Redis names scripts by SHA-1; nothing is kept secret by it.
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
