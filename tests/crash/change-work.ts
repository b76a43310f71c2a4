import { referenceTo } from './test-cloud.js'
import type { Scenario } from './scenario.js'
import { lockedOut, type MakeWork } from './work.js'

const nothingToClose = async (): Promise<void> => {}

/** Attaches `new` to all instances, now. */
export const attachWork: MakeWork = async (scenario, cloud) => {
  const keyPair = await referenceTo(cloud, 'new')
  const ids = scenario.instances.map(({ id }) => id)
  const { maxUnavailable } = scenario
  return {
    makes: undefined,
    run: async ({ service, checkpoints }) =>
      service.attach(keyPair, ids, { takeEffect: 'now', maxUnavailable, ...checkpoints }),
    harmsIn: async (snapshot) =>
      lockedOut(snapshot, scenario, 'new').map((id) => ({ harm: 'locked out', message: id }) as const),
    missingIn: ({ instances }) =>
      scenario.instances.flatMap(({ id, power }) => {
        const there = instances.find((one) => one.id === id)
        if (there?.power !== power || there?.bound !== 'new') return [JSON.stringify(there)]
        return power !== 'running' || there.authorized.includes('new') ? [] : [JSON.stringify(there)]
      }),
    [Symbol.asyncDispose]: nothingToClose,
  }
}

/** Returns the instances of a scenario that a detach changes. */
export function detachedIn({ instances }: Scenario): Scenario['instances'] {
  return instances.filter(({ keyPair }) => keyPair === 'old' || keyPair === undefined)
}

/**
 * Detaches `old` from all instances that have it or no key pair, now. Instances that are not in progress still accept
 * it.
 */
export const detachWork: MakeWork = async (scenario, cloud) => {
  const keyPair = await referenceTo(cloud, 'old')
  const instances = detachedIn(scenario)
  const ids = instances.map(({ id }) => id)
  const { maxUnavailable } = scenario
  const { keepsDetached = false } = cloud.harness.facts
  return {
    makes: undefined,
    run: async ({ service, checkpoints }) =>
      service.detach(keyPair, ids, { takeEffect: 'now', maxUnavailable, ...checkpoints }),
    harmsIn: async (snapshot, checkpoint) => {
      const touched = checkpoint?.instances.filter(({ step }) => step !== 'waiting').map(({ id }) => id) ?? []
      return lockedOut(snapshot, { instances }, undefined)
        .filter((id) => !touched.includes(id))
        .map((id) => ({ harm: 'locked out', message: id }) as const)
    },
    missingIn: (snapshot) =>
      instances.flatMap(({ id, power }) => {
        const there = snapshot.instances.find((one) => one.id === id)
        if (there?.power !== power || there?.bound !== null) return [JSON.stringify(there)]
        const isShutOut = power !== 'running' || keepsDetached || !there.authorized.includes('old')
        return isShutOut ? [] : [JSON.stringify(there)]
      }),
    [Symbol.asyncDispose]: nothingToClose,
  }
}
