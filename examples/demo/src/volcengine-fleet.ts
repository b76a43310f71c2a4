import type { Fleet } from './clouds.js'

const size = 250

/** 250 instances, four of which cannot take a key pair, each for a reason of its own. */
export function volcengineFleet(): Fleet {
  const instanceIds = Array.from({ length: size }, (_, index) => `i-demo${String(index + 1).padStart(3, '0')}`)
  const [windows = '', withoutAgent = '', starting = '', missing = ''] = [40, 120, 180, 249].map(
    (at) => instanceIds[at],
  )
  const instances = instanceIds
    .filter((id) => id !== missing)
    .map((id, index) => {
      // The rules of volcengine.com/docs/6396/120451: running or stopped, no Windows, and the vendor's agent inside.
      if (id === windows) return { id, osType: 'Windows' }
      if (id === withoutAgent) return { id, agent: false }
      if (id === starting) return { id, status: 'STARTING' }
      return { id, status: index % 5 === 0 ? 'STOPPED' : 'RUNNING' }
    })
  return {
    instanceIds,
    refusals: new Map([
      [windows, 'instance-unsupported'],
      [withoutAgent, 'instance-unsupported'],
      [starting, 'instance-state'],
      [missing, 'not-found'],
    ]),
    seed: { instances },
  }
}
