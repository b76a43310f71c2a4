import assert from 'node:assert/strict'
import type { KeyPair, KeyPairReference } from '@cloud-keypair/core'
import type { Fault, ReceivedCall, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { InstanceCaseContext, CaseContext } from '../case-context.js'
import { givenInstances } from '../expect.js'
import { must } from '../must.js'

/** The most instances that were down at once, in the order of the calls. A reboot is over by the next change of a key. */
export function mostDown(calls: readonly ReceivedCall[]): number {
  const stopped = new Set<string>()
  const rebooting = new Set<string>()
  let most = 0
  for (const { call, items } of calls) {
    if (call === 'attach' || call === 'detach') rebooting.clear()
    for (const id of items) {
      if (call === 'stop') stopped.add(id)
      if (call === 'start') stopped.delete(id)
      if (call === 'reboot') rebooting.add(id)
    }
    most = Math.max(most, stopped.size + rebooting.size)
  }
  return most
}

/**
 * Each of these as `i-0000 running old/old`: power, what is bound, what the guest accepts. Where guests keep what was
 * detached, that is left out.
 */
export async function stateOf({ world, facts }: CaseContext, ids: readonly string[]): Promise<readonly string[]> {
  const { instances } = await world.snapshot()
  return ids.map((wanted) => {
    const seen = instances.find(({ id }) => id === wanted)
    must(seen !== undefined, `there must be an instance ${wanted}`)
    const { bound, authorized } = seen
    const isUpToDate = bound === null || authorized.includes(bound)
    if (facts.keepsDetached !== true || !isUpToDate) return stateIn(seen)
    return stateIn({ ...seen, authorized: authorized.filter((name) => name === bound) })
  })
}

function stateIn({ id, power, bound, authorized }: WorldSnapshot['instances'][number]): string {
  return `${id} ${power} ${bound ?? '-'}/${authorized.join('+') || '-'}`
}

/** What `stateOf` gives where each of them is so. */
export function allAre(ids: readonly string[], state: string): readonly string[] {
  return ids.map((id) => `${id} ${state}`)
}

/** The instances that run and accept none of these key pairs. */
export function lockedOut({ instances }: WorldSnapshot, names: readonly string[]): readonly string[] {
  return instances
    .filter(({ power, authorized }) => power === 'running' && !names.some((name) => authorized.includes(name)))
    .map(stateIn)
}

/** Running instances that have the key pair of the name, and whose guests accept it: the more of them in the usual world. */
export function givenRunning(context: CaseContext, keyPair: string, most = 3): Promise<string[]> {
  return givenInstances(context, context.usual ? most : 2, { power: 'running', keyPair, prefix: 'running' })
}

/** Makes the call fail for good that makes guests take up their key. */
export async function denyRestarts({ world }: CaseContext): Promise<void> {
  for (const on of ['start', 'reboot'] as const) {
    const fault: Fault = { on, kind: 'denied', times: Infinity }
    await world.fault(fault)
  }
}

/** True if a running instance is stopped for its restart, whatever it has bound. */
export function stopsForRestart({ instances }: InstanceCaseContext): boolean {
  return instances.restart === 'stop-and-start' || !instances.power.includes('running')
}

/** A reference that is plain JSON. */
export function plainly({ id, name }: KeyPair): KeyPairReference {
  return id === undefined ? { name } : { id }
}

/** A checkpoint or a plan as it comes back from where it was kept, which it does as plain JSON. */
export function kept<T>(value: T): T {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value, 'what is kept must be plain JSON')
  return structuredClone(value)
}
