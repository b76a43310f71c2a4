/** Functions of Lua that the scripts have in common. `ARGV[1]` is the prefix of every key. */
export const scriptFunctions = `
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
