import type { Schedule } from './schedule.js'
import type { Versioned } from './versioned.js'

/** A store of instances. */
export interface InstanceStore<Instance> {
  readonly instances: Versioned<Instance>
  readonly schedule: Schedule
}

/** Enters a passing state, and leaves it later, unless the instance was moved on meanwhile. */
export function passThrough<Instance extends { readonly id: string; readonly status: string }>(
  { instances, schedule }: InstanceStore<Instance>,
  during: Instance,
  { now, ms, leave }: { readonly now: number; readonly ms: number; readonly leave: (instance: Instance) => Instance },
): void {
  instances.set(during.id, during, now)
  schedule.add(now + ms, (at) => {
    const current = instances.get(during.id)
    if (current?.status === during.status) instances.set(during.id, leave(current), at)
  })
}
