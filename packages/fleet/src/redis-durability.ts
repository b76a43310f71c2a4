import type { Redis } from 'ioredis'
import type { FleetStore } from './fleet-store.js'
import { parseTexts } from './parse-records.js'
import { thrownMessage } from './thrown-message.js'

const wanted = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' }

/** Reads the settings by which Redis keeps what it acknowledges. */
export async function readDurability(redis: Redis): ReturnType<FleetStore['durability']> {
  const risks: string[] = []
  for (const [name, value] of Object.entries(wanted)) {
    try {
      const [, actual] = parseTexts(await redis.config('GET', name))
      if (actual !== value) risks.push(`${name} is ${actual ?? 'not set'}, not ${value}`)
    } catch (thrown) {
      if (isUnanswered(thrown)) throw thrown
      return { isChecked: false, risks: [] }
    }
  }
  return { isChecked: true, risks }
}

/** True if no answer came: some servers refuse CONFIG, and say so. */
function isUnanswered(thrown: unknown): boolean {
  return !/^(ERR|NOPERM)/.test(thrownMessage(thrown))
}
