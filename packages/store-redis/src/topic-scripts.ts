import { RedisScript } from './redis-script.ts'

// A topic is one hash: `e` its end (Unix seconds), `c` its capacity, `n` how many messages came, `d` how many of them were
// trimmed, `1`, `2`, ... the bodies of the others.
// Beside the topics of a shard: `index`, a sorted set of their names by end; `sizes`, a hash of their bytes; `total`, their sum.
// KEYS: topic, index, sizes, total. ARGV begins with: now, name.

/** Defines `drop`, which removes one topic with its accounts. */
const DROP = `
local function drop(topic, name)
  local bytes = tonumber(redis.call('HGET', KEYS[3], name) or '0')
  redis.call('DEL', topic)
  redis.call('ZREM', KEYS[2], name)
  redis.call('HDEL', KEYS[3], name)
  if bytes > 0 then redis.call('DECRBY', KEYS[4], bytes) end
end
`

/** Defines `live`: the topic's end, capacity, count and how many of them were trimmed, unless it is absent or expired. */
const LIVE = `
local function live()
  local f = redis.call('HMGET', KEYS[1], 'e', 'c', 'n', 'd')
  if not f[1] or tonumber(f[1]) <= tonumber(ARGV[1]) then return nil end
  f[4] = tonumber(f[4] or '0')
  return f
end
`

/** ARGV: ..., expiresAt, capacity, maxTopics, seconds that Redis itself keeps the topic. */
export const OPEN = new RedisScript(`${DROP}${LIVE}
if live() then return 'exists' end
-- Only what is there: a script that has removed something is refused no memory afterwards.
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('ZSCORE', KEYS[2], ARGV[2]) then drop(KEYS[1], ARGV[2]) end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end
redis.call('HSET', KEYS[1], 'e', ARGV[3], 'c', ARGV[4], 'n', '0')
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 'opened'
`)

/** ARGV: ..., body, maxBytes. @returns the outcome and, where there is one, the cursor */
export const APPEND = new RedisScript(`${LIVE}
local f = live()
if not f then return {'unknown', 0} end
local count = tonumber(f[3])
for i = f[4] + 1, count do
  if redis.call('HGET', KEYS[1], tostring(i)) == ARGV[3] then return {'duplicate', i} end
end
if count - f[4] >= tonumber(f[2]) then return {'full', 0} end
local bytes = string.len(ARGV[3])
if tonumber(redis.call('GET', KEYS[4]) or '0') + bytes > tonumber(ARGV[4]) then return {'store-full', 0} end
redis.call('HSET', KEYS[1], 'n', count + 1, tostring(count + 1), ARGV[3])
if bytes > 0 then
  redis.call('HINCRBY', KEYS[3], ARGV[2], bytes)
  redis.call('INCRBY', KEYS[4], bytes)
end
return {'stored', count + 1}
`)

/** ARGV: ..., cursor, maxMessages, maxBytes. @returns nil, or the cursor before the first body, and the bodies */
export const READ = new RedisScript(`${LIVE}
local f = live()
if not f then return false end
local before = math.max(tonumber(ARGV[3]), f[4])
local answer = {before}
local bytes = 0
for i = before + 1, math.min(tonumber(f[3]), before + tonumber(ARGV[4])) do
  bytes = bytes + redis.call('HSTRLEN', KEYS[1], tostring(i))
  if bytes > tonumber(ARGV[5]) and #answer > 1 then break end
  answer[#answer + 1] = redis.call('HGET', KEYS[1], tostring(i))
end
return answer
`)

/** ARGV: ..., cursor. @returns 1 where there is such a topic */
export const TRIM = new RedisScript(`${LIVE}
local f = live()
if not f then return 0 end
local last = math.min(tonumber(ARGV[3]), tonumber(f[3]))
if last <= f[4] then return 1 end
local bytes = 0
for i = f[4] + 1, last do
  bytes = bytes + redis.call('HSTRLEN', KEYS[1], tostring(i))
  redis.call('HDEL', KEYS[1], tostring(i))
end
redis.call('HSET', KEYS[1], 'd', last)
if bytes > 0 then
  redis.call('HINCRBY', KEYS[3], ARGV[2], -bytes)
  redis.call('DECRBY', KEYS[4], bytes)
end
return 1
`)

/** @returns 1 where there was a live one */
export const REMOVE = new RedisScript(`${DROP}${LIVE}
local was = live()
drop(KEYS[1], ARGV[2])
if was then return 1 end
return 0
`)

/** KEYS[1] is what the keys of topics begin with. ARGV: now, how many at most. @returns how many went */
export const SWEEP = new RedisScript(`${DROP}
local names = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, name in ipairs(names) do drop(KEYS[1] .. name, name) end
return #names
`)
