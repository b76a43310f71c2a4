// What Redis does in one step. Every key begins with one hash tag, so a cluster keeps them together. ARGV[1] is the prefix.

const common = `
local prefix = ARGV[1]
local function run_key(run, part) return prefix .. 'run:' .. run .. (part and (':' .. part) or '') end
local function place_key(place) return prefix .. 'place:' .. place end
local function now_ms() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
local function tell(run, event)
  event.n = redis.call('HINCRBY', run_key(run), 'events', 1)
  redis.call('XADD', run_key(run, 'events'), 'MAXLEN', '~', 10000, '*', 'n', event.n, 'event', cjson.encode(event))
end
local function number_of(run, field) return tonumber(redis.call('HGET', run_key(run), field) or 0) end
local function set_state(run, state, reason)
  redis.call('HSET', run_key(run), 'state', state, 'reason', reason)
  tell(run, { kind = 'state', state = state, reason = reason })
end
local function free(run, place)
  if redis.call('HGET', place_key(place), 'run') == run then redis.call('HDEL', place_key(place), 'run', 'until') end
  redis.call('SREM', run_key(run, 'active'), place)
end
local function close_if_over(run)
  if redis.call('HLEN', run_key(run, 'ends')) < number_of(run, 'total') then return end
  redis.call('SREM', prefix .. 'runs', run)
  if redis.call('HGET', run_key(run), 'state') ~= 'cancelled' then set_state(run, 'finished', '') end
  for _, part in ipairs({ 'ends', 'places', 'order', 'starts', 'events' }) do
    redis.call('EXPIRE', run_key(run, part), 2592000)
  end
  redis.call('EXPIRE', run_key(run), 2592000)
end
local function end_place(run, place, outcome, status)
  if redis.call('HSETNX', run_key(run, 'ends'), place, outcome) == 0 then return false end
  redis.call('HINCRBY', run_key(run), status, 1)
  free(run, place)
  redis.call('DEL', run_key(run, 'checkpoint:' .. place))
  tell(run, { kind = 'ended', place = place, outcome = outcome })
  return true
end
local function holds(run, place, fence)
  if redis.call('EXISTS', run_key(run)) == 0 then return 'gone' end
  local held = redis.call('HMGET', place_key(place), 'run', 'fence', 'until')
  if held[1] ~= run or held[2] ~= fence then return 'lost' end
  return tonumber(held[3] or 0) > now_ms() and 'held' or 'lapsed'
end
`

/** The name of a script. */
export type ScriptName =
  | 'create'
  | 'reserve'
  | 'open'
  | 'claim'
  | 'beat'
  | 'save'
  | 'settle'
  | 'giveBack'
  | 'move'
  | 'release'
  | 'reserveTurn'
  | 'slowDown'

/** Lua by name. The comment above each has its arguments after the prefix. */
export const scripts: Readonly<Record<ScriptName, string>> = {
  // run, request, placesAtOnce, failedPlaces, total
  create: `${common}
local key = run_key(ARGV[2])
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'state', 'submitting', 'request', ARGV[3], 'placesAtOnce', ARGV[4], 'failedPlaces', ARGV[5],
    'budget', ARGV[5], 'total', ARGV[6], 'reason', '')
end
return redis.call('HGETALL', key)`,

  // run, then the id and the text of each place
  reserve: `${common}
local run = ARGV[2]
if redis.call('HGET', run_key(run), 'state') ~= 'submitting' then return {} end
for i = 3, #ARGV, 2 do
  local holder = redis.call('HGET', place_key(ARGV[i]), 'run')
  if holder and holder ~= run then return { holder, ARGV[i] } end
end
for i = 3, #ARGV, 2 do
  redis.call('HSET', place_key(ARGV[i]), 'run', run)
  if redis.call('HSETNX', run_key(run, 'places'), ARGV[i], ARGV[i + 1]) == 1 then
    redis.call('RPUSH', run_key(run, 'order'), ARGV[i])
  end
end
return {}`,

  // run
  open: `${common}
local run = ARGV[2]
if redis.call('HGET', run_key(run), 'state') ~= 'submitting' then return end
set_state(run, 'running', '')
redis.call('SADD', prefix .. 'runs', run)`,

  // run, place, leaseMs
  claim: `${common}
local run, place = ARGV[2], ARGV[3]
local state = redis.call('HGET', run_key(run), 'state')
if not state then return { 'gone' } end
if redis.call('HEXISTS', run_key(run, 'ends'), place) == 1 then return { 'ended' } end
if redis.call('HGET', place_key(place), 'run') ~= run then return { 'gone' } end
if tonumber(redis.call('HGET', place_key(place), 'until') or 0) > now_ms() then return { 'held' } end
if redis.call('SISMEMBER', run_key(run, 'active'), place) == 0 then
  if state ~= 'running' then return { 'paused' } end
  local most = number_of(run, 'succeeded') > 0 and number_of(run, 'placesAtOnce') or 1
  if redis.call('SCARD', run_key(run, 'active')) >= most then return { 'wait' } end
end
redis.call('SADD', run_key(run, 'active'), place)
local starts = redis.call('HINCRBY', run_key(run, 'starts'), place, 1)
local fence = redis.call('HINCRBY', place_key(place), 'fence', 1)
redis.call('HSET', place_key(place), 'until', now_ms() + ARGV[4])
tell(run, { kind = 'begun', place = place, starts = starts })
local answer = { 'claimed', tostring(fence), tostring(starts), state, redis.call('HGET', run_key(run, 'places'), place) }
for _, line in ipairs(redis.call('LRANGE', run_key(run, 'checkpoint:' .. place), 0, -1)) do table.insert(answer, line) end
return answer`,

  // run, place, fence, leaseMs
  beat: `${common}
local run, place = ARGV[2], ARGV[3]
local held = holds(run, place, ARGV[4])
if held == 'gone' then return 'gone' end
if held ~= 'held' then return 'lost' end
redis.call('HSET', place_key(place), 'until', now_ms() + ARGV[5])
return redis.call('HGET', run_key(run), 'state')`,

  // run, place, fence, line, isWhole, done, total
  save: `${common}
local run, place = ARGV[2], ARGV[3]
local held = holds(run, place, ARGV[4])
if held == 'gone' then return 'gone' end
if held ~= 'held' then return 'lost' end
local key = run_key(run, 'checkpoint:' .. place)
if ARGV[6] == '1' then redis.call('DEL', key)
elseif redis.call('EXISTS', key) == 0 then return 'gone' end
redis.call('RPUSH', key, ARGV[5])
tell(run, { kind = 'progress', place = place, done = tonumber(ARGV[7]), total = tonumber(ARGV[8]) })
return redis.call('HGET', run_key(run), 'state')`,

  // run, place, fence, outcome, status
  settle: `${common}
local run, place, status = ARGV[2], ARGV[3], ARGV[6]
local held = holds(run, place, ARGV[4])
if held == 'gone' or held == 'lost' then return held end
end_place(run, place, ARGV[5], status)
if status == 'failed' and redis.call('HGET', run_key(run), 'state') == 'running' then
  if number_of(run, 'succeeded') == 0 then set_state(run, 'paused', 'the first place failed')
  elseif number_of(run, 'failed') > number_of(run, 'budget') then set_state(run, 'paused', 'too many places failed') end
end
close_if_over(run)
return redis.call('HGET', run_key(run), 'state')`,

  // run, place, fence
  giveBack: `${common}
if holds(ARGV[2], ARGV[3], ARGV[4]) == 'held' then redis.call('HSET', place_key(ARGV[3]), 'until', 0) end`,

  // run, state, reason, outcome of places that are not begun
  move: `${common}
local run, to = ARGV[2], ARGV[3]
local from = redis.call('HGET', run_key(run), 'state')
if not from then return false end
local is_open = from == 'running' or from == 'paused' or from == 'submitting'
if to == 'cancelled' and is_open then
  set_state(run, to, ARGV[4])
  for _, place in ipairs(redis.call('LRANGE', run_key(run, 'order'), 0, -1)) do
    if redis.call('SISMEMBER', run_key(run, 'active'), place) == 0 then end_place(run, place, ARGV[5], 'cancelled') end
  end
  if from == 'submitting' then redis.call('HSET', run_key(run), 'total', redis.call('LLEN', run_key(run, 'order'))) end
  close_if_over(run)
elseif to == 'paused' and from == 'running' then set_state(run, to, ARGV[4])
elseif to == 'running' and from == 'paused' then
  redis.call('HSET', run_key(run), 'budget', number_of(run, 'failed') + number_of(run, 'failedPlaces'))
  set_state(run, to, ARGV[4])
end
return from`,

  // place, run, outcome
  release: `${common}
local place, run = ARGV[2], ARGV[3]
if redis.call('HGET', place_key(place), 'run') ~= run then return 'free' end
if tonumber(redis.call('HGET', place_key(place), 'until') or 0) > now_ms() then return 'held' end
redis.call('HINCRBY', place_key(place), 'fence', 1)
if redis.call('EXISTS', run_key(run)) == 0 then free(run, place) return 'free' end
end_place(run, place, ARGV[4], 'cancelled')
close_if_over(run)
return 'free'`,

  // action
  reserveTurn: `${common}
local key, now = prefix .. 'pace:' .. ARGV[2], now_ms()
local seen = redis.call('HMGET', key, 'rate', 'loweredAt', 'next', 'stop', 'second', 'count')
local second = math.floor(now / 1000)
if tonumber(seen[5] or 0) ~= second then redis.call('HSET', key, 'second', second, 'before', seen[6] or 0, 'count', 0) end
redis.call('HINCRBY', key, 'count', 1)
redis.call('PEXPIRE', key, 600000)
local at = math.max(now, tonumber(seen[4] or 0))
if seen[1] then
  local rate = tonumber(seen[1]) * (1 + (now - tonumber(seen[2])) / 30000)
  at = math.max(at, tonumber(seen[3] or 0))
  redis.call('HSET', key, 'next', tostring(at + 1000 / rate))
end
return math.ceil(at - now)`,

  // action, retryAfterMs, wasRefused
  slowDown: `${common}
local key, now = prefix .. 'pace:' .. ARGV[2], now_ms()
local seen = redis.call('HMGET', key, 'rate', 'loweredAt', 'count', 'before', 'stop')
if ARGV[4] == '1' and now - tonumber(seen[2] or 0) > 1000 then
  local rate = math.max(tonumber(seen[3] or 0), tonumber(seen[4] or 0), 1) / 2
  if seen[1] then rate = tonumber(seen[1]) * (1 + (now - tonumber(seen[2])) / 30000) * 0.8 end
  redis.call('HSET', key, 'rate', tostring(math.max(rate, 0.5)), 'loweredAt', now)
end
redis.call('HSET', key, 'stop', math.max(tonumber(seen[5] or 0), now + ARGV[3]))
redis.call('PEXPIRE', key, 600000)`,
}
