import assert from 'node:assert/strict'
import type { KeyPair, KeyPairReference } from '@cloud-keypair/core'
import type { Fault, ReceivedCall, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { InstanceCaseContext, CaseContext } from '../case-context.js'
import { givenInstances } from '../expect.js'
import { must } from '../must.js'

/** Returns the largest number of instances that were down at once. A reboot ends before the next change of a key. */
export function maxDown(calls: readonly ReceivedCall[]): number {
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
 * Returns instances as `i-0000 running old/old`: power, bound key, accepted keys. If guests keep detached keys,
 * they are left out.
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

/** Returns the answer of `stateOf` if all instances have this state. */
export function allAre(ids: readonly string[], state: string): readonly string[] {
  return ids.map((id) => `${id} ${state}`)
}

/** Returns the running instances that accept none of these key pairs. */
export function lockedOut({ instances }: WorldSnapshot, names: readonly string[]): readonly string[] {
  return instances
    .filter(({ power, authorized }) => power === 'running' && !names.some((name) => authorized.includes(name)))
    .map(stateIn)
}

/** Seeds running instances with a key pair that their guests accept: more of them in the usual world. */
export function givenRunning(context: CaseContext, keyPair: string, most = 3): Promise<string[]> {
  return givenInstances(context, context.usual ? most : 2, { power: 'running', keyPair, prefix: 'running' })
}

/** Makes the call fail that gives guests their key. */
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

/** Returns a reference of plain JSON. */
export function plainly({ id, name }: KeyPair): KeyPairReference {
  return id === undefined ? { name } : { id }
}

/** Returns a copy of a checkpoint or a plan through JSON. */
export function kept<T>(value: T): T {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value, 'what is kept must be plain JSON')
  return structuredClone(value)
}
