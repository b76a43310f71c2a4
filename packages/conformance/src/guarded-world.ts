import type { World } from '@cloud-keypair/core/testing'
import type { Control } from './controls.js'
import { overriding } from './overriding.js'

/** Wraps a world so that a case can use only the controls that it lists. */
export function guardedWorld(world: World, needs: readonly Control[]): World {
  const mustNeed = (control: Control): void => {
    if (!needs.includes(control))
      throw new Error(`The case uses the control ${control}, and does not say that it needs it`)
  }
  return overriding(world, {
    seedInstances: (instances) => {
      for (const { power, kind, alsoBound = [], apart } of instances) {
        if (alsoBound.length > 0) mustNeed('several')
        if (apart !== undefined) mustNeed(apart)
        if (power === 'starting') mustNeed('starting')
        if (kind === 'windows' || kind === 'agentless') mustNeed('unfit')
      }
      return world.seedInstances(instances)
    },
    fault: (fault) => {
      mustNeed(fault.kind)
      return world.fault(fault)
    },
    setReadLag: (ms) => {
      mustNeed('read-lag')
      return world.setReadLag(ms)
    },
    restart: (instanceId) => {
      mustNeed('restart')
      return world.restart(instanceId)
    },
  })
}
