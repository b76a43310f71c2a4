import assert from 'node:assert/strict'
import type { KeyPair, Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure, ItemFailure, ItemVerdict } from '@cloud-keypair/core/driver'
import type { FaultKind } from '@cloud-keypair/core/testing'
import { ableToAttach, type Case, decides, onInstances, proves, type CaseContext } from '../case-context.js'
import { contextOf, driverFailure, firstKey, given, givenInstances, handleOf, itemFailure, okOf } from '../expect.js'
import { must } from '../must.js'
import { isChangeable } from '../changeable.js'

const newPage = {
  kind: 'list',
  cursor: undefined,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

/** Core's expectations of a driver, tested on the driver itself: it sends one call, and tells its result. */
export const driverCases: readonly Case[] = [
  proves(
    'KP-DRIVER-01',
    4,
    'a refusal has outcome none and the words of the cloud, and is transient only for a transient reason',
    async (context) => {
      const { driver, capabilities, world } = context
      const refusals = [
        { fault: { kind: 'denied' }, code: 'permission-denied', transient: false },
        { fault: { kind: 'throttled' }, code: 'throttled', transient: true },
      ] as const
      for (const { fault, code, transient } of refusals) {
        await world.fault({ on: 'list', ...fault })
        const request = { ...newPage, pageSize: capabilities.pageSize }
        const failure = driverFailure(await driver.doDescribeKeyPairs(request, contextOf(context, code)))
        assert.deepEqual([failure.code, failure.outcome, failure.transient], [code, 'none', transient])
        must(failure.vendor !== undefined, 'what the vendor said is kept')
        must(
          (failure.vendor.code ?? '') !== '' && (failure.vendor.requestId ?? '') !== '',
          'with its code and its request id',
        )
      }
    },
    ['denied', 'throttled'],
  ),

  proves(
    'KP-DRIVER-02',
    4,
    'an unanswered import has an unknown outcome',
    async (context) => {
      const { driver, world } = context
      const { publicKey } = firstKey(context)
      const faults: readonly FaultKind[] = [
        { kind: 'reset', commit: true },
        { kind: 'server-error', commit: false },
        { kind: 'garbled', how: 'html', commit: true },
        { kind: 'garbled', how: 'truncated', commit: true },
        { kind: 'garbled', how: 'array', commit: true },
      ]
      for (const [index, fault] of faults.entries()) {
        await world.fault({ on: 'import', ...fault })
        const request = {
          name: `k${index}`,
          publicKey: publicKey.line,
          description: undefined,
          tags: {},
          group: undefined,
        }
        const failure = driverFailure(await driver.doImportKeyPair(request, contextOf(context, `import-${index}`)))
        assert.equal(failure.outcome, 'unknown', `after ${JSON.stringify(fault)}`)
      }
    },
    ['reset', 'server-error', 'garbled'],
  ),

  proves(
    'KP-DRIVER-03',
    8,
    'ends its request at once if the signal is aborted',
    async (context) => {
      const { driver, clock, world } = context
      const { publicKey } = firstKey(context)
      await world.fault({ on: 'import', kind: 'silence', commit: false })
      const abort = new AbortController()
      const request = {
        name: 'unanswered',
        publicKey: publicKey.line,
        description: undefined,
        tags: {},
        group: undefined,
      }
      const before = clock.now()
      void clock.sleep(5_000, new AbortController().signal).then(() => abort.abort())
      const hanging = clock.sleep(60_000, new AbortController().signal).then(() => undefined)
      const ended = await Promise.race([
        driver.doImportKeyPair(request, contextOf(context, 'import', abort.signal)),
        hanging,
      ])
      must(ended !== undefined, 'the driver must end its request when it is aborted')
      assert.equal(driverFailure(ended).outcome, 'unknown')
      must(clock.now() - before <= 5_050)
    },
    ['silence'],
  ),

  proves('KP-DRIVER-04', 4, 'a request that was aborted before it was sent has outcome none', async (context) => {
    const { driver, world } = context
    const { publicKey } = firstKey(context)
    const request = { name: 'unsent', publicKey: publicKey.line, description: undefined, tags: {}, group: undefined }
    const failure = driverFailure(
      await driver.doImportKeyPair(request, contextOf(context, 'import', AbortSignal.abort())),
    )
    assert.equal(failure.outcome, 'none')
    assert.deepEqual(await world.calls(), [])
  }),

  proves('KP-DRIVER-05', 12, 'tells the vendor’s action and request id of each call', async (context) => {
    const { driver, capabilities } = context
    const keyPair = await given(context, { name: 'deploy' })
    const traced: Record<string, unknown> = {}
    const callContext = { ...contextOf(context, 'list'), trace: (entry: object) => void Object.assign(traced, entry) }
    const page = okOf(await driver.doDescribeKeyPairs({ ...newPage, pageSize: capabilities.pageSize }, callContext))
    assert.deepEqual(
      page.items.map(({ name }) => name),
      [keyPair.name],
    )
    assert.equal(typeof traced['action'], 'string')
    assert.equal(typeof traced['requestId'], 'string')
  }),

  proves('KP-DRIVER-06', 12, 'makes one vendor call for each call of core', async (context) => {
    const { driver, capabilities, world } = context
    const keyPair = await given(context, { name: 'deploy' })
    const exact = { kind: 'exact', keyPairs: [handleOf(keyPair)], cursor: undefined } as const
    const calls: readonly Call[] = [
      (call) => driver.doDescribeKeyPairs({ ...newPage, pageSize: capabilities.pageSize }, call),
      (call) => driver.doDescribeKeyPairs(exact, call),
      (call) => driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor: undefined }, call),
      ...(await changesOf(context, keyPair)),
    ]
    for (const [index, call] of calls.entries()) {
      await call(contextOf(context, `call-${index}`))
      assert.equal((await world.calls()).length, index + 1)
    }
  }),

  onInstances(
    'KP-DRIVER-07',
    4,
    'an item of an internal error of the cloud has an unknown outcome',
    async (context) => {
      const { driver, facts, world } = context
      const deploy = await given(context, { name: 'deploy' })
      const keyPair = handleOf(deploy)
      const instanceIds = await givenInstances(context, 1)
      await world.fault({ on: 'attach', kind: 'items', ids: instanceIds, as: 'failed' })
      const failure = itemFailure(await driver.doAttachKeyPair({ keyPair, instanceIds }, contextOf(context, 'attach')))
      assert.deepEqual([failure.code, failure.outcome], ['unavailable', 'unknown'])
      if (facts.judgesTags !== true) return
      await world.fault({ on: 'update', kind: 'items', ids: [deploy.id ?? deploy.name], as: 'failed' })
      const change = { kind: 'set-tags', tags: { team: 'a' } } as const
      const untold = driverFailure(await driver.doUpdateKeyPair({ keyPair: deploy, change }, contextOf(context, 'tag')))
      assert.deepEqual([untold.code, untold.outcome], ['unavailable', 'unknown'])
    },
    ['items'],
  ),

  onInstances(
    'KP-DRIVER-08',
    12,
    'a start that is refused for lack of stock is `capacity`',
    async (context) => {
      const { driver, world } = context
      const instanceIds = await givenInstances(context, 1, { power: 'stopped' })
      await world.fault({ on: 'start', kind: 'no-stock' })
      const request = { instanceIds, force: false }
      assert.equal(itemFailure(await driver.doStartInstances(request, contextOf(context, 'start'))).code, 'capacity')
    },
    ['no-stock'],
  ),

  proves(
    'KP-DRIVER-09',
    12,
    'tells the times of the creation and of the latest change of a key pair if the cloud does',
    async (context) => {
      const { driver, capabilities, clock, facts } = context
      okOf(await context.service.import({ name: 'deploy', publicKey: firstKey(context).publicKey.line }))
      const listed = async (): Promise<KeyPair | undefined> => {
        const request = { ...newPage, pageSize: capabilities.pageSize }
        return okOf(await driver.doDescribeKeyPairs(request, contextOf(context, 'list'))).items[0]
      }
      // Some clouds tell minutes.
      const isNow = (time: Date | undefined): boolean =>
        time !== undefined && Math.abs(time.getTime() - clock.now()) <= 120_000
      const created = await listed()
      if (facts.dated === false) return assert.equal(created?.createdAt, undefined)
      must(isNow(created?.createdAt))
      if (created === undefined || facts.datesChanges !== true) return
      await clock.sleep(600_000, new AbortController().signal)
      const change = { kind: 'set-tags', tags: { team: 'a' } } as const
      okOf(await driver.doUpdateKeyPair({ keyPair: created, change }, contextOf(context, 'tag')))
      const changed = await listed()
      must(isNow(changed?.updatedAt), 'the time of the latest change is told')
      assert.deepEqual(changed?.createdAt, created.createdAt)
    },
    ['time'],
  ),

  onInstances('KP-DRIVER-10', 7, 'an instance that was stopped keeps its capacity for its start', async (context) => {
    const { driver, world } = context
    const instanceIds = await givenInstances(context, 1, { power: 'running' })
    const request = { instanceIds, force: false }
    allAccepted(await driver.doStopInstances(request, contextOf(context, 'stop')))
    await world.settle()
    allAccepted(await driver.doStartInstances(request, contextOf(context, 'start')))
    await world.settle()
    assert.deepEqual(
      (await world.snapshot()).instances.map(({ power }) => power),
      ['running'],
    )
  }),

  onInstances('KP-DRIVER-11', 7, 'shows an instance on its way as neither running nor stopped', async (context) => {
    const { clock, driver, facts, world } = context
    const changes = [
      ['doStopInstances', 'running', 'stop'],
      ['doStartInstances', 'stopped', 'start'],
      ['doRebootInstances', 'running', 'reboot'],
    ] as const
    for (const [call, power, prefix] of changes) {
      const instanceIds = await givenInstances(context, 1, { power, prefix })
      allAccepted(await driver[call]({ instanceIds, force: false }, contextOf(context, prefix)))
      const { instances } = await world.snapshot()
      const isOver = instances.some(({ id, power: there }) => instanceIds.includes(id) && isAtRest(there))
      assert.equal(isOver, facts.powerAtOnce ?? false, 'the harness must know whether changes of power take time')
      if (isOver) continue
      // The records of a cloud may be seconds old.
      const isShownOnItsWay = async (reads: number): Promise<boolean> => {
        const request = { kind: 'exact', instanceIds, cursor: undefined } as const
        const { items } = okOf(await driver.doDescribeInstances(request, contextOf(context, 'read')))
        if (items.some((item) => !isAtRest(item.power))) return true
        await clock.sleep(2_000, new AbortController().signal)
        return reads > 1 && isShownOnItsWay(reads - 1)
      }
      must(await isShownOnItsWay(15), `an instance is never seen on its way after a ${prefix}`)
    }
  }),

  decides('KP-DRIVER-12', 4, 'gives each change its token if the cloud takes tokens', async (context) => {
    const { capabilities, world } = context
    const isTaken = capabilities.idempotencyToken
    const keyPair = await given(context, { name: 'deploy' })
    for (const [index, change] of (await changesOf(context, keyPair)).entries()) {
      await world.forgetCalls()
      await change(contextOf(context, `change-${index}`))
      const told = (await world.calls()).map(({ token }) => token)
      assert.deepEqual(told, [isTaken ? `change-${index}` : undefined])
    }
    return isTaken ? 'passed' : 'verified-unsupported'
  }),

  onInstances('KP-DRIVER-13', 7, 'stops and reboots by force exactly if it is told to', async (context) => {
    const { driver, world } = context
    for (const [call, prefix] of [
      ['doStopInstances', 'stop'],
      ['doRebootInstances', 'reboot'],
    ] as const) {
      for (const force of [false, true]) {
        const instanceIds = await givenInstances(context, 1, { power: 'running', prefix: `${prefix}-${force}` })
        await world.forgetCalls()
        allAccepted(await driver[call]({ instanceIds, force }, contextOf(context, `${prefix}-${force}`)))
        assert.deepEqual(
          (await world.calls()).map(({ forced = false }) => forced),
          [force],
        )
      }
    }
  }),

  onInstances(
    'KP-DRIVER-14',
    4,
    'shows an accepted change as under way until it is made, if the cloud does not confirm changes',
    async (context) => {
      const { driver, instances } = context
      const keyPair = await given(context, { name: 'deploy' })
      const instanceIds = await givenInstances(context, 1)
      allAccepted(
        await driver.doAttachKeyPair({ keyPair: handleOf(keyPair), instanceIds }, contextOf(context, 'attach')),
      )
      if (instances.confirms) return
      const request = { kind: 'exact', instanceIds, cursor: undefined } as const
      const { items } = okOf(await driver.doDescribeInstances(request, contextOf(context, 'read')))
      must(
        items.every(({ isChanging, keyPair: bound }) => isChanging === true || bound !== undefined),
        'a record without the change must say that a change is under way',
      )
    },
  ),

  onInstances(
    'KP-DRIVER-15',
    4,
    'a verdict that contradicts itself is no success, and no refusal with outcome none',
    async (context) => {
      const { driver, world } = context
      const keyPair = handleOf(await given(context, { name: 'deploy' }))
      for (const first of ['refused', 'accepted'] as const) {
        const instanceIds = await givenInstances(context, 1, { prefix: first })
        await world.fault({ on: 'attach', kind: 'contradicts', first, commit: true })
        const verdicts = okOf(await driver.doAttachKeyPair({ keyPair, instanceIds }, contextOf(context, first)))
        const isSure =
          verdicts.every(({ ok }) => ok) || verdicts.every((verdict) => !verdict.ok && isRefusal(verdict.failure))
        must(
          verdicts.length === 0 || !isSure,
          'the instance was accepted and refused, and the driver tells one of them',
        )
      }
    },
    ['contradicts'],
  ),

  onInstances(
    'KP-DRIVER-16',
    7,
    'a refused instance undoes no change of power of another, unless the cloud judges a call as a whole',
    async (context) => {
      const { driver, instances, world } = context
      if (instances.powerChange.items < 2) return 'verified-unsupported'
      const changes = [
        ['doStopInstances', 'stop', 'running'],
        ['doStartInstances', 'start', 'stopped'],
        ['doRebootInstances', 'reboot', 'running'],
      ] as const
      for (const [call, on, power] of changes) {
        const instanceIds = await givenInstances(context, 2, { power, prefix: on })
        const [refused = '', other = ''] = instanceIds
        await world.fault({ on, kind: 'items', ids: [refused], as: 'strange' })
        const answer = await driver[call]({ instanceIds, force: false }, contextOf(context, on))
        if (answer.isErr()) {
          must(!instances.perItemVerdicts, `a ${on} of several is refused as a whole for one of them`)
          const { instances: there } = await world.snapshot()
          for (const instance of there.filter(({ id }) => instanceIds.includes(id))) assert.equal(instance.power, power)
          continue
        }
        assert.deepEqual(
          new Map(answer.value.map(({ id, ok }) => [id, ok])),
          new Map([
            [refused, false],
            [other, true],
          ]),
        )
      }
      return instances.perItemVerdicts ? 'passed' : 'verified-unsupported'
    },
    ['items'],
  ),

  onInstances(
    'KP-DRIVER-17',
    4,
    'a repeat that is refused while the cloud is still at the first of its token says nothing of the outcome',
    async (context) => {
      const { clock, driver, world } = context
      const request = {
        keyPair: handleOf(await given(context, { name: 'deploy' })),
        instanceIds: await givenInstances(context, 1),
      }
      const givingUp = new AbortController()
      await world.fault({ on: 'attach', kind: 'late', afterMs: 30_000 })
      const first = driver.doAttachKeyPair(request, contextOf(context, 'same', givingUp.signal))
      await clock.sleep(5_000, new AbortController().signal)
      const repeat = await driver.doAttachKeyPair(request, contextOf(context, 'same'))
      must(repeat.isOk() || repeat.error.outcome === 'unknown', 'the first may still be carried out')
      givingUp.abort()
      must(driverFailure(await first).outcome === 'unknown', 'the first may still be carried out')
    },
    ['late'],
  ),

  proves(
    'KP-DRIVER-18',
    12,
    'an import that is refused for the quota is `quota-exceeded`, for good',
    async (context) => {
      const { driver, world } = context
      await world.fault({ on: 'import', kind: 'full' })
      const { publicKey } = firstKey(context)
      const added = { name: 'deploy', publicKey: publicKey.line, description: undefined, tags: {}, group: undefined }
      const failure = driverFailure(await driver.doImportKeyPair(added, contextOf(context, 'import')))
      assert.deepEqual([failure.code, failure.outcome, failure.transient], ['quota-exceeded', 'none', false])
    },
    ['full'],
  ),

  onInstances(
    'KP-DRIVER-19',
    4,
    'a stop that is refused while the cloud is at something before is `busy`, and may be sent again',
    async (context) => {
      const { driver, world } = context
      const instanceIds = await givenInstances(context, 1, { power: 'running' })
      await world.fault({ on: 'stop', kind: 'busy' })
      const request = { instanceIds, force: false }
      const { code, transient } = itemFailure(await driver.doStopInstances(request, contextOf(context, 'stop')))
      assert.deepEqual([code, transient], ['busy', true])
    },
    ['busy'],
  ),
]

/** True if a failure says for certain that nothing was done. */
function isRefusal({ outcome = 'none' }: ItemFailure): boolean {
  return outcome === 'none'
}

/** True if an instance is neither on its way up nor down. */
function isAtRest(power: string): boolean {
  return power === 'running' || power === 'stopped'
}

/** Verifies that a call was accepted with each of its items. */
function allAccepted(answer: Result<readonly ItemVerdict[], CallFailure>): void {
  for (const verdict of okOf(answer)) must(verdict.ok, 'expected an item that was accepted')
}

type Call = (context: CallContext) => Promise<unknown>

/** Returns every change that the driver can make, each to be sent once, in any state. The last one deletes the key pair. */
async function changesOf(context: CaseContext, keyPair: KeyPair): Promise<readonly Call[]> {
  const { driver, capabilities } = context
  const { publicKey } = firstKey(context)
  const added = { name: 'new', publicKey: publicKey.line, description: undefined, tags: {}, group: undefined }
  const update = (change: Parameters<typeof driver.doUpdateKeyPair>[0]['change']): Call => {
    return (call) => driver.doUpdateKeyPair({ keyPair, change }, call)
  }
  return [
    (call) => driver.doImportKeyPair(added, call),
    ...(isChangeable(capabilities.description) ? [update({ kind: 'description', description: 'changed' })] : []),
    ...(isChangeable(capabilities.tags)
      ? [update({ kind: 'set-tags', tags: { a: 'b' } }), update({ kind: 'remove-tags', keys: ['a'] })]
      : []),
    ...(await changesOnInstances(context, keyPair)),
    (call) => driver.doDeleteKeyPairs([keyPair], call),
  ]
}

async function changesOnInstances(context: CaseContext, keyPair: KeyPair): Promise<readonly Call[]> {
  const able = ableToAttach(context)
  if (able === undefined) return []
  const { driver } = able
  const instanceIds = await givenInstances(context, 1)
  const change = { keyPair: handleOf(keyPair), instanceIds }
  const power = { instanceIds, force: false }
  return [
    (call) => driver.doAttachKeyPair(change, call),
    (call) => driver.doDetachKeyPair(change, call),
    (call) => driver.doStopInstances(power, call),
    (call) => driver.doStartInstances(power, call),
    (call) => driver.doRebootInstances(power, call),
  ]
}
