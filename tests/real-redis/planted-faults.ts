import { Redis } from 'ioredis'
import { Lease } from '../../packages/fleet/src/lease.js'
import { RedisStore } from '../../packages/fleet/src/redis-store.js'

/** A fault that is planted on purpose. A check, or the trial with kills, has to notice it. */
export interface PlantedFault {
  readonly name: string
  /** A part of the name of the check that notices the fault. Without one, the trial with kills does. */
  readonly check?: string
  /** Plants the fault in this process. */
  readonly plant: () => void
}

/** A fault for each rule that a fleet rests on. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'the fence is not compared',
    check: 'lower fence',
    plant: () => inScripts(' or held[2] ~= fence', ''),
  },
  {
    name: 'a lapsed lease counts as held',
    check: 'lower fence',
    plant: () => inScripts("> now_ms() and 'held' or 'lapsed'", ">= 0 and 'held' or 'lapsed'"),
  },
  {
    name: 'a place is claimed before its lease has ended',
    check: 'lower fence',
    plant: () =>
      inScripts(
        "if tonumber(redis.call('HGET', place_key(place), 'until') or 0) > now_ms() then return { 'held' } end",
        '',
      ),
  },
  {
    name: 'a place that has ended is claimed again',
    check: 'lower fence',
    plant: () => {
      inScripts("if redis.call('HEXISTS', run_key(run, 'ends'), place) == 1 then return { 'ended' } end", '')
      inScripts("redis.call('HDEL', place_key(place), 'run', 'until')", "redis.call('HDEL', place_key(place), 'until')")
    },
  },
  {
    name: 'a worker may call after its lease',
    check: 'wakes up after its lease',
    plant: () => {
      Lease.prototype.mayCall = () => true
    },
  },
  {
    name: 'a place is given to a second run',
    check: 'a second run over a place',
    plant: () => inScripts('if holder and holder ~= run then return { holder, ARGV[i] } end', ''),
  },
  {
    name: 'a submission that is finished makes another private key',
    check: 'one private key',
    plant: () => {
      const { read } = RedisStore.prototype
      let submissions = 0
      RedisStore.prototype.read = function (this: RedisStore, run) {
        submissions += 1
        return submissions > 2 ? Reflect.apply(read, this, [run]) : Promise.resolve(undefined)
      }
    },
  },
  {
    name: 'the durability of Redis is not looked at',
    check: 'may lose what it acknowledged',
    plant: () => {
      RedisStore.prototype.durability = async () => ({ isChecked: true, risks: [] })
    },
  },
  {
    name: 'the next worker gets no checkpoint',
    plant: () =>
      inScripts("for _, line in ipairs(redis.call('LRANGE'", "for _, line in ipairs({} or redis.call('LRANGE'"),
  },
]

/** Replaces a part of each script that has it. */
function inScripts(part: string, by: string): void {
  const { eval: evaluate } = Redis.prototype
  Redis.prototype.eval = async function (this: Redis, script: unknown, ...rest: readonly unknown[]) {
    const answer: unknown = await Reflect.apply(evaluate, this, [String(script).replaceAll(part, by), ...rest])
    return answer
  }
}

/** The variable with the name of the fault that a process plants in itself. */
export const plantedFault = 'PLANTED_FAULT'

/** Plants the fault of a name, if there is any. */
export function plantFault(name: string | undefined): void {
  if (name === undefined) return
  const fault = plantedFaults.find((one) => one.name === name)
  if (fault === undefined) throw new Error(`There is no planted fault "${name}"`)
  fault.plant()
}
