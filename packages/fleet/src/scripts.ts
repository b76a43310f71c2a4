// Scripts that Redis carries out in one step each. Every key begins with one hash tag, so a cluster keeps them together. ARGV[1] is the prefix.

import { scriptFunctions } from './script-functions.js'

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
  create: `${scriptFunctions}
local key = run_key(ARGV[2])
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'state', 'submitting', 'request', ARGV[3], 'placesAtOnce', ARGV[4], 'failedPlaces', ARGV[5],
    'budget', ARGV[5], 'total', ARGV[6], 'reason', '')
end
return redis.call('HGETALL', key)`,

  // run, then the id and the text of each place
  reserve: `${scriptFunctions}
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
  open: `${scriptFunctions}
local run = ARGV[2]
if redis.call('HGET', run_key(run), 'state') ~= 'submitting' then return end
set_state(run, 'running', '')
redis.call('SADD', prefix .. 'runs', run)`,

  // run, place, leaseMs
  claim: `${scriptFunctions}
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
  beat: `${scriptFunctions}
local run, place = ARGV[2], ARGV[3]
local held = holds(run, place, ARGV[4])
if held == 'gone' then return 'gone' end
if held ~= 'held' then return 'lost' end
redis.call('HSET', place_key(place), 'until', now_ms() + ARGV[5])
return redis.call('HGET', run_key(run), 'state')`,

  // run, place, fence, line, isWhole, done, total
  save: `${scriptFunctions}
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
  settle: `${scriptFunctions}
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
  giveBack: `${scriptFunctions}
if holds(ARGV[2], ARGV[3], ARGV[4]) == 'held' then redis.call('HSET', place_key(ARGV[3]), 'until', 0) end`,

  // run, state, reason, outcome of places that are not begun
  move: `${scriptFunctions}
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
  release: `${scriptFunctions}
local place, run = ARGV[2], ARGV[3]
if redis.call('HGET', place_key(place), 'run') ~= run then return 'free' end
if tonumber(redis.call('HGET', place_key(place), 'until') or 0) > now_ms() then return 'held' end
redis.call('HINCRBY', place_key(place), 'fence', 1)
if redis.call('EXISTS', run_key(run)) == 0 then free(run, place) return 'free' end
end_place(run, place, ARGV[4], 'cancelled')
close_if_over(run)
return 'free'`,

  // action
  reserveTurn: `${scriptFunctions}
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
  slowDown: `${scriptFunctions}
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
