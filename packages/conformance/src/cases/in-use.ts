import assert from 'node:assert/strict'
import { ableToAttach, type Case, decides, onInstances, type Proof, proves, type CaseContext } from '../case-context.js'
import {
  boundIn,
  coded,
  errOf,
  firstKey,
  given,
  givenInstances,
  isComparable,
  mutatingCalls,
  named,
  okOf,
  usablePower,
} from '../expect.js'
import { must } from '../must.js'
import { overriding } from '../overriding.js'

export const inUseCases: readonly Case[] = [
  decides(
    'KP-INUSE-01',
    6,
    "with ifInUse: 'detach' detaches from every instance that has it, and no other, then deletes it",
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      if (ableToAttach(context) === undefined) return cannotDetach(context)
      await given(context, { name: 'other' })
      // More than an error names.
      const ids = await givenInstances(context, context.usual ? 120 : 3, { keyPair: 'deploy' })
      await givenInstances(context, 2, { keyPair: 'other', prefix: 'other' })
      await givenInstances(context, 2, { prefix: 'vacant' })
      const bound = boundIn(await world.snapshot())
      const deleted = okOf(await service.delete(keyPair, { ifInUse: 'detach' }))
      assert.equal(deleted.changed, true)
      assert.deepEqual(
        deleted.detached?.map(({ id }) => id),
        ids,
        'the item must list the detached instances',
      )
      await world.settle()
      const after = await world.snapshot()
      assert.deepEqual(
        after.keyPairs.map(({ name }) => name),
        ['other'],
      )
      assert.deepEqual(boundIn(after), new Map([...bound].map(([id, name]) => [id, ids.includes(id) ? null : name])))
      return 'passed'
    },
  ),

  decides(
    'KP-INUSE-02',
    6,
    'deletes nothing if one detach failed, and names the instance',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      if (ableToAttach(context) === undefined) return cannotDetach(context)
      const ids = await givenInstances(context, 3, { keyPair: 'deploy' })
      const [, second = ''] = ids
      await world.fault({ on: 'detach', kind: 'items', ids: [second], as: 'strange', times: Infinity })
      const error = errOf(await service.delete(keyPair, { ifInUse: 'detach' }), 'incomplete')
      const { batch } = error.details
      assert.deepEqual(
        batch.items.map(({ id }) => id),
        ids,
        'the error must have an item for each instance',
      )
      assert.deepEqual(
        batch.failed.map(({ id }) => id),
        [second],
      )
      assert.equal(error.outcome, 'partial')
      await world.settle()
      const after = await world.snapshot()
      assert.equal(named(after, 'deploy').length, 1, 'it is not deleted')
      must(!(await mutatingCalls(context)).some(({ call }) => call === 'delete'), 'no delete is sent')
      assert.deepEqual(
        ids.map((id) => boundIn(after).get(id)),
        [null, 'deploy', null],
      )
      return 'passed'
    },
    ['items'],
  ),

  decides(
    'KP-INUSE-03',
    9,
    "with ifInUse: 'delete-anyway' deletes it and leaves the instances as they are; or is unsupported, unsent",
    async (context) => {
      const { service, world, capabilities } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { keyPair: 'deploy' })
      const publicKey = firstKey(context).publicKey.line
      const result = await service.delete(keyPair, { ifInUse: 'delete-anyway' })
      if (capabilities.delete.refusesInUse === true) {
        assert.equal(errOf(result, 'unsupported').outcome, 'none')
        errOf(await service.deleteMany([keyPair], { ifInUse: 'delete-anyway' }), 'unsupported')
        errOf(await service.delete(keyPair, { publicKey, ifInUse: 'delete-anyway' }), 'unsupported')
        assert.deepEqual(await world.calls(), [])
        return 'verified-unsupported'
      }
      const after = await world.snapshot()
      for (const id of ids) assert.equal(boundIn(after).get(id), 'deploy', 'its name stays on the instance')
      if (capabilities.delete.refusesInUse === 'undocumented' && result.isErr()) {
        assert.deepEqual(errOf(result, 'in-use').details, { instanceIds: ids, more: false })
        assert.equal(named(after, 'deploy').length, 1)
        return 'passed'
      }
      const { changed, detached } = okOf(result)
      assert.deepEqual({ changed, detached }, { changed: true, detached: undefined })
      assert.deepEqual(named(after, 'deploy'), [])
      return 'passed'
    },
  ),

  proves('KP-INUSE-04', 6, "with ifInUse: 'refuse' changes nothing, whichever operation it is", async (context) => {
    const { service, world } = context
    const publicKey = firstKey(context).publicKey.line
    const keyPair = await given(context, { name: 'deploy', publicKey })
    const ids = await givenInstances(context, 2, { keyPair: 'deploy' })
    const before = await world.snapshot()
    const refuse = { ifInUse: 'refuse' } as const
    const byKey = isComparable(keyPair) ? { ...refuse, publicKey } : refuse
    const [item] = errOf(await service.deleteMany([keyPair], refuse), 'incomplete').details.batch.failed
    must(item !== undefined)
    for (const { details, outcome } of [
      errOf(await service.delete(keyPair, refuse), 'in-use'),
      errOf(await service.delete(keyPair, byKey), 'in-use'),
      coded(item.error, 'in-use'),
    ]) {
      assert.deepEqual([details, outcome], [{ instanceIds: ids, more: false }, 'none'])
    }
    await world.settle()
    assert.deepEqual(await world.snapshot(), before)
  }),

  decides(
    'KP-INUSE-05',
    2,
    'of many, detaches and deletes each one alone, and returns an item for each',
    async (context) => {
      const { service, world } = context
      const stuck = await given(context, { name: 'stuck' })
      if (ableToAttach(context) === undefined) return cannotDetach(context)
      const used = await given(context, { name: 'used' })
      const free = await given(context, { name: 'free' })
      const [held = ''] = await givenInstances(context, 1, { keyPair: 'stuck', prefix: 'held' })
      const ids = await givenInstances(context, 2, { keyPair: 'used' })
      await world.fault({ on: 'detach', kind: 'items', ids: [held], as: 'strange', times: Infinity })
      const result = await service.deleteMany([stuck, used, free], { ifInUse: 'detach' })
      const { items, failed } = errOf(result, 'incomplete').details.batch
      assert.deepEqual(
        items.map(({ status }) => status),
        ['failed', 'succeeded', 'succeeded'],
      )
      const [first] = failed
      must(first !== undefined)
      assert.deepEqual(
        coded(first.error, 'incomplete').details.batch.failed.map(({ id }) => id),
        [held],
      )
      await world.settle()
      const after = await world.snapshot()
      assert.deepEqual(
        after.keyPairs.map(({ name }) => name),
        ['stuck'],
      )
      for (const id of ids) assert.equal(boundIn(after).get(id), null)
      return 'passed'
    },
    ['items'],
  ),

  onInstances(
    'KP-INUSE-06',
    12,
    'a detach that changed an instance hints that it may have no login left, as does a delete with a detach',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const [a = '', b = '', c = ''] = await givenInstances(context, 3, { keyPair: 'deploy' })
      const [vacant = ''] = await givenInstances(context, 1, { prefix: 'vacant' })
      assert.equal(okOf(await service.detach(keyPair, [vacant])).hint, undefined, 'nothing was detached')
      const warns = (hint: string | undefined): void => must(hint?.includes('login'), 'the hint warns of the login')
      warns(okOf(await service.detach(keyPair, [a])).hint)
      const partly = errOf(await service.detach(keyPair, [b, 'i-missing']), 'incomplete')
      warns(partly.details.batch.hint)
      await world.settle()
      const { detached, hint } = okOf(await service.delete(keyPair, { ifInUse: 'detach' }))
      assert.deepEqual(
        detached?.map(({ id }) => id),
        [c],
      )
      warns(hint)
    },
  ),

  decides(
    'KP-INUSE-07',
    10,
    "with ifInUse: 'detach' deletes a key pair that nobody uses, and sends nothing for an instance",
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      if (ableToAttach(context) === undefined) return cannotDetach(context)
      await given(context, { name: 'other' })
      await givenInstances(context, 2, { keyPair: 'other' })
      const { changed, detached, hint } = okOf(await service.delete(keyPair, { ifInUse: 'detach' }))
      assert.deepEqual([changed, detached, hint], [true, undefined, undefined])
      assert.deepEqual(
        (await mutatingCalls(context)).map(({ call }) => call),
        ['delete'],
      )
      await world.settle()
      const again = okOf(await service.delete(keyPair, { ifInUse: 'detach' }))
      assert.deepEqual([again.changed, again.detached], [false, undefined])
      return 'passed'
    },
  ),

  decides(
    'KP-INUSE-08',
    4,
    'an unanswered detach or delete is resolved, and the key pair is deleted in the end',
    async (context) => {
      const { service, world } = context
      if (ableToAttach(context) === undefined) return cannotDetach(context)
      const unanswered = ['detach', 'delete', 'detach', 'delete'] as const
      for (const [index, on] of unanswered.slice(0, context.usual ? 4 : 2).entries()) {
        const name = `deploy${index}`
        const publicKey = firstKey(context).publicKey.line
        const keyPair = await given(context, { name, publicKey })
        const ids = await givenInstances(context, 2, { keyPair: name, prefix: name })
        await world.fault({ on, kind: 'reset', commit: index < 2 })
        const byKey = isComparable(keyPair) ? { publicKey } : {}
        const { changed, detached = [] } = okOf(await service.delete(keyPair, { ...byKey, ifInUse: 'detach' }))
        assert.equal(changed, true)
        assert.deepEqual(
          detached.map(({ id }) => id),
          ids,
        )
        await world.settle()
        const after = await world.snapshot()
        assert.deepEqual(named(after, name), [])
        for (const id of ids) assert.equal(boundIn(after).get(id), null)
      }
      return 'passed'
    },
    ['reset'],
  ),

  onInstances(
    'KP-INUSE-09',
    7,
    'does not detach in an unfit power state, changes no power, and then deletes nothing',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const other = usablePower(context) === 'stopped' ? 'running' : 'stopped'
      const [id = ''] = await givenInstances(context, 1, { keyPair: 'deploy', power: other })
      const result = await service.delete(keyPair, { ifInUse: 'detach' })
      await world.settle()
      const after = await world.snapshot()
      assert.equal(after.instances[0]?.power, other)
      if (context.instances.power.includes(other)) {
        okOf(result)
        return assert.deepEqual(named(after, 'deploy'), [])
      }
      const [failed] = errOf(result, 'incomplete').details.batch.failed
      must(failed !== undefined && failed.id === id)
      coded(failed.error, 'instance-state')
      assert.equal(named(after, 'deploy').length, 1)
    },
  ),

  proves(
    'KP-INUSE-10',
    6,
    'deletes no key pair in use if no document says that the cloud refuses it, and sends it only if that is asked for',
    async (context) => {
      const { driver, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { keyPair: 'deploy' })
      const { capabilities } = driver
      const undocumented = {
        ...capabilities,
        delete: { ...capabilities.delete, refusesInUse: 'undocumented' },
      } as const
      const service = context.serviceOver(overriding(driver, { capabilities: undocumented }))
      const refused = errOf(await service.delete(keyPair), 'in-use')
      assert.deepEqual([refused.details, refused.outcome], [{ instanceIds: ids, more: false }, 'none'])
      assert.deepEqual(await mutatingCalls(context), [], 'nothing is sent for a key pair in use')
      const result = await service.delete(keyPair, { ifInUse: 'delete-anyway' })
      await world.settle()
      const after = await world.snapshot()
      for (const id of ids) assert.equal(boundIn(after).get(id), 'deploy', 'its name stays on the instance')
      if (capabilities.delete.refusesInUse !== false && result.isErr()) {
        assert.deepEqual(errOf(result, 'in-use').details, { instanceIds: ids, more: false })
        return assert.equal(named(after, 'deploy').length, 1)
      }
      assert.equal(okOf(result).changed, true)
      assert.deepEqual(named(after, 'deploy'), [])
    },
  ),
]

/** Verifies that a delete with `ifInUse: 'detach'` is `unsupported` on a cloud that does not detach. */
async function cannotDetach(context: CaseContext): Promise<Proof> {
  const { service, world } = context
  const deploy = { name: 'deploy', id: 'kp-1' }
  const publicKey = firstKey(context).publicKey.line
  errOf(await service.delete(deploy, { ifInUse: 'detach' }), 'unsupported')
  errOf(await service.deleteMany([deploy], { ifInUse: 'detach' }), 'unsupported')
  errOf(await service.delete(deploy, { publicKey, ifInUse: 'detach' }), 'unsupported')
  assert.deepEqual(await world.calls(), [])
  return 'verified-unsupported'
}
