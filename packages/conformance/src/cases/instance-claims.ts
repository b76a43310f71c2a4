import assert from 'node:assert/strict'
import { type Case, drivesInstances, onInstances, proves, type InstanceCaseContext } from '../case-context.js'
import { boundIn, contextOf, fitting, given, givenInstances, handleOf, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'

/** The capabilities of attaching and detaching, held against the cloud as those in `claims.ts` are. */
export const instanceClaimCases: readonly Case[] = [
  proves('KP-CLAIM-20', 9, 'binds key pairs to instances exactly if `instances` says so', async (context) => {
    const { capabilities, driver } = context
    const keyPair = await given(context, { name: 'deploy' })
    const [id = ''] = await givenInstances(context, 1)
    const [stopped = ''] = await givenInstances(context, 1, { power: 'stopped', prefix: 'stopped' })
    const handle = handleOf(keyPair)
    if (drivesInstances(driver)) {
      for (const instanceId of [id, stopped]) {
        const request = { keyPair: handle, instanceIds: [instanceId] }
        await driver.doAttachKeyPair(request, contextOf(context, `attach-${instanceId}`))
      }
    }
    await context.world.settle()
    const bound = boundIn(await context.world.snapshot())
    const happened = bound.get(id) === 'deploy' || bound.get(stopped) === 'deploy'
    assert.equal(happened, capabilities.instances !== false, '`instances` is not what the cloud does')
  }),

  onInstances(
    'KP-CLAIM-21',
    9,
    'attaches to as many instances at once as `instances.change` says, and no more',
    async (context) => {
      const { instances, usual } = context
      const limit = instances.change
      const ids = await givenInstances(context, limit.items + 1)
      const most = fitting(context, 'attach', limit, ids.slice(0, limit.items))
      const attach = await attaching(context)
      if (usual && most.length === limit.items) {
        assert.equal(await attach(ids), 0, 'the cloud takes more instances at once than `instances.change` says')
      }
      assert.equal(await attach(most), most.length)
    },
  ),

  onInstances(
    'KP-CLAIM-22',
    9,
    'reads as many instances at once as `instances.read` says, and no more',
    async (context) => {
      const { capabilities, driver, instances, usual } = context
      const limit = instances.read
      const ids = await givenInstances(context, limit.items + 1)
      const read = async (instanceIds: readonly string[]): Promise<number> => {
        const request = { kind: 'exact', instanceIds, cursor: undefined } as const
        const page = await driver.doDescribeInstances(request, contextOf(context, 'read'))
        return page.match(
          ({ items, cursor }) => (cursor === undefined ? items.length : Infinity),
          () => 0,
        )
      }
      const most = fitting(context, 'read-instances', limit, ids.slice(0, limit.items))
      must(
        (await read(most)) >= Math.min(most.length, capabilities.pageSize),
        'the cloud reads fewer instances at once than `instances.read` says',
      )
      if (usual && most.length === limit.items) {
        must((await read(ids)) < ids.length, 'the cloud reads more instances at once than `instances.read` says')
      }
    },
  ),

  onInstances(
    'KP-CLAIM-23',
    9,
    'changes instances exactly in the power states of `instances.power`',
    async (context) => {
      const { instances, usual } = context
      must(instances.power.length > 0)
      const attach = await attaching(context)
      for (const power of ['running', 'stopped'] as const) {
        const ids = await givenInstances(context, 1, { power, prefix: power })
        const able = (await attach(ids)) === 1
        if (instances.power.includes(power)) must(able, `\`instances.power\` claims ${power}, and the cloud refuses it`)
        else if (usual) must(!able, `\`instances.power\` denies ${power}, and the cloud takes it`)
      }
    },
  ),

  onInstances(
    'KP-CLAIM-24',
    9,
    'an attach over another key pair replaces it if `instances.replaces` says so',
    async (context) => {
      const { facts, instances, usual } = context
      await given(context, { name: 'old' })
      const attach = await attaching(context)
      const replaced = (await attach(await givenInstances(context, 1, { keyPair: 'old' }))) === 1
      assert.equal(replaced, facts.replaces, 'the harness must know whether an attach replaces')
      if (instances.replaces === true) must(replaced, '`instances.replaces` is claimed, and the cloud refuses')
      if (instances.replaces === false) must(!replaced, '`instances.replaces` is denied, and the cloud replaces')
      // An undocumented cloud may do either; the usual world is the stricter one.
      if (instances.replaces === 'undocumented' && usual) must(!replaced, 'it is told that the cloud replaces')
    },
  ),

  onInstances(
    'KP-CLAIM-25',
    9,
    'instances show the id of their key pair exactly if `instances.showsKeyPairId` says so',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      if (context.instances.showsKeyPairId)
        must(keyPair.id !== undefined, '`instances.showsKeyPairId` is claimed, and there are no ids')
      const ids = await givenInstances(context, 1, { keyPair: 'deploy' })
      const request = { kind: 'exact', instanceIds: ids, cursor: undefined } as const
      const { items } = okOf(await context.driver.doDescribeInstances(request, contextOf(context, 'read')))
      assert.deepEqual(
        items.map(({ keyPair: bound }) => bound?.id),
        [context.instances.showsKeyPairId ? keyPair.id : undefined],
      )
    },
  ),

  onInstances(
    'KP-CLAIM-26',
    9,
    'judges each instance of a call alone if `instances.perItemVerdicts` says so',
    async (context) => {
      const { instances, usual } = context
      if (instances.change.items === 1) return
      const attach = await attaching(context)
      const [good = ''] = await givenInstances(context, 1)
      const goodOnly = (await attach([good, 'i-missing'])) === 1
      if (usual)
        assert.equal(goodOnly, instances.perItemVerdicts, '`instances.perItemVerdicts` is not what the cloud does')
    },
  ),

  onInstances(
    'KP-CLAIM-27',
    9,
    'stops as many instances at once as `instances.powerChange` says, and no more',
    async (context) => {
      const { driver, instances, usual } = context
      const limit = instances.powerChange
      const ids = await givenInstances(context, limit.items, { power: 'running' })
      const tooMany = await givenInstances(context, limit.items + 1, { power: 'running', prefix: 'more' })
      const most = fitting(context, 'stop', limit, ids)
      const stop = async (instanceIds: readonly string[]): Promise<boolean> => {
        const callContext = contextOf(context, `stop-${instanceIds.length}`)
        const answer = await driver.doStopInstances({ instanceIds, force: false }, callContext)
        return answer.isOk() && answer.value.length === instanceIds.length && answer.value.every(({ ok }) => ok)
      }
      if (usual && most.length === limit.items) {
        must(!(await stop(tooMany)), 'the cloud stops more at once than `instances.powerChange` says')
      }
      await context.world.forgetCalls()
      must(await stop(most), 'as many as `instances.powerChange` says are stopped at once')
      assert.equal((await mutatingCalls(context)).length, 1)
    },
  ),

  onInstances(
    'KP-CLAIM-28',
    9,
    'a guest gets its key by a reboot exactly if `instances.restart` says so',
    async (context) => {
      const { driver, instances, usual, world } = context
      // On a cloud that changes only stopped instances, no instance runs with a key that its guest does not have.
      if (!instances.power.includes('running')) return
      const attach = await attaching(context)
      const instanceIds = await givenInstances(context, 1, { power: 'running' })
      assert.equal(await attach(instanceIds), 1)
      okOf(await driver.doRebootInstances({ instanceIds, force: false }, contextOf(context, 'reboot')))
      await world.settle()
      const tookUp = (await world.snapshot()).instances[0]?.authorized.includes('claimed') ?? false
      if (instances.restart === 'reboot')
        must(tookUp, '`instances.restart` claims that a reboot does it, and it does not')
      else if (usual) must(!tookUp, '`instances.restart` denies that a reboot does it, and it does')
    },
  ),

  onInstances(
    'KP-CLAIM-29',
    9,
    'a change is made with its success exactly if `instances.confirms` says so',
    async (context) => {
      const { driver, instances, usual, world } = context
      const keyPair = handleOf(await given(context, { name: 'deploy' }))
      const instanceIds = await givenInstances(context, 1)
      okOf(await driver.doAttachKeyPair({ keyPair, instanceIds }, contextOf(context, 'attach')))
      const isMade = boundIn(await world.snapshot()).get(instanceIds[0] ?? '') === 'deploy'
      if (instances.confirms) must(isMade, '`instances.confirms` is claimed, and the cloud is still at work')
      else if (usual) must(!isMade, '`instances.confirms` is denied, and the change is made')
    },
  ),
]

/** Attaches by the driver, past all of core, and counts how many of the instances have the key pair then. */
async function attaching(context: InstanceCaseContext): Promise<(instanceIds: readonly string[]) => Promise<number>> {
  const keyPair = await given(context, { name: 'claimed' })
  const handle = handleOf(keyPair)
  let calls = 0
  return async (instanceIds) => {
    calls += 1
    await context.driver.doAttachKeyPair({ keyPair: handle, instanceIds }, contextOf(context, `attach-${calls}`))
    await context.world.settle()
    const bound = boundIn(await context.world.snapshot())
    return instanceIds.filter((id) => bound.get(id) === 'claimed').length
  }
}
