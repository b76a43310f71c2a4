import { referenceTo } from './place.js'
import type { Story } from './story.js'
import { lockedOut, type MakeWork } from './work.js'

const nothingToClose = async (): Promise<void> => {}

/** An attach of `new` to all instances, now. */
export const attachWork: MakeWork = async (story, place) => {
  const keyPair = await referenceTo(place, 'new')
  const ids = story.instances.map(({ id }) => id)
  const { maxUnavailable } = story
  return {
    makes: undefined,
    run: async ({ service, keep: onCheckpoint, resume }) =>
      service.attach(keyPair, ids, { takeEffect: 'now', maxUnavailable, onCheckpoint, resume }),
    harmsIn: async (snapshot) =>
      lockedOut(snapshot, story, 'new').map((id) => ({ harm: 'locked out', message: id }) as const),
    missingIn: ({ instances }) =>
      story.instances.flatMap(({ id, power }) => {
        const there = instances.find((one) => one.id === id)
        if (there?.power !== power || there?.bound !== 'new') return [JSON.stringify(there)]
        return power !== 'running' || there.authorized.includes('new') ? [] : [JSON.stringify(there)]
      }),
    [Symbol.asyncDispose]: nothingToClose,
  }
}

/** The instances of a story that are detached from. */
export function detachedIn({ instances }: Story): Story['instances'] {
  return instances.filter(({ keyPair }) => keyPair === 'old' || keyPair === undefined)
}

/** A detach of `old` from all instances that have it or nothing, now. Whoever was not begun with is let in by it still. */
export const detachWork: MakeWork = async (story, place) => {
  const keyPair = await referenceTo(place, 'old')
  const instances = detachedIn(story)
  const ids = instances.map(({ id }) => id)
  const { maxUnavailable } = story
  const { keepsDetached = false } = place.harness.facts
  return {
    makes: undefined,
    run: async ({ service, keep: onCheckpoint, resume }) =>
      service.detach(keyPair, ids, { takeEffect: 'now', maxUnavailable, onCheckpoint, resume }),
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
