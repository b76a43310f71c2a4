import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onCall, type Plan, type PlannedCall, type PlanRequest } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { carryOut } from '@cloud-keypair/conformance/internals'
import { beforeAll, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

let publicKey = ''
beforeAll(async () => {
  publicKey = rsaKey().publicKey.line
})

const seeds = [{ id: 'i-1', keyPair: 'old' }, { id: 'i-2', keyPair: 'old', power: 'stopped' }, { id: 'i-3' }] as const
const ids = seeds.map(({ id }) => id)
const toAttach: PlanRequest = { operation: 'attach', keyPair: { name: 'new' }, instanceIds: ids }
const toRotate = (): PlanRequest => ({ operation: 'rotate', replaced: { name: 'old' }, name: 'next', publicKey })

/** Returns a planned call in the form of the cloud's record. */
function asRecorded({ call, keyPair = '', instanceIds }: PlannedCall): string {
  const items = call === 'delete' ? [keyPair] : instanceIds
  return [call, ...items].join(' ')
}

async function planOf({ service }: Rollout, request: PlanRequest): Promise<Plan> {
  const plan = (await service.plan(request))._unsafeUnwrap()
  return JSON.parse(JSON.stringify(plan))
}

describe('a plan', () => {
  it('lists the calls, power among them, and changes nothing', async () => {
    const rollout = await rolloutOf(clouds['ens-like, says that it refuses'] ?? {}, seeds)
    const before = await rollout.world.snapshot()
    const plan = await planOf(rollout, { ...toAttach, instanceIds: [...ids, 'i-9'] })
    expect(plan).toMatchObject({
      version: 1,
      provider: 'memory',
      region: 'memory',
      calls: [
        { call: 'stop', instanceIds: ['i-1'] },
        { call: 'detach', keyPair: 'old', instanceIds: ['i-1'] },
        { call: 'attach', keyPair: 'new', instanceIds: ['i-1'] },
        { call: 'start', instanceIds: ['i-1'] },
        { call: 'stop', instanceIds: ['i-3'] },
        { call: 'attach', keyPair: 'new', instanceIds: ['i-3'] },
        { call: 'start', instanceIds: ['i-3'] },
        { call: 'detach', keyPair: 'old', instanceIds: ['i-2'] },
        { call: 'attach', keyPair: 'new', instanceIds: ['i-2'] },
      ],
      refused: [{ id: 'i-9', code: 'not-found' }],
      snapshot: {
        keyPairs: [{ name: 'old' }, { name: 'new' }],
        instances: [
          { id: 'i-1', power: 'running', keyPair: { name: 'old' } },
          { id: 'i-2', power: 'stopped', keyPair: { name: 'old' } },
          { id: 'i-3', power: 'running', keyPair: null },
        ],
        absentInstances: ['i-9'],
      },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await changesOf(rollout.world)).toEqual([])
    expect(await rollout.world.snapshot()).toEqual(before)
  })

  it('depends on the options', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, { ...toAttach, maxUnavailable: 2 })
    expect(plan.calls.map(asRecorded)).toEqual(['attach i-1 i-3', 'reboot i-1 i-3', 'attach i-2'])
    const vacant = await planOf(rollout, { ...toAttach, onlyIfVacant: true })
    expect(vacant.calls.map(asRecorded)).toEqual(['attach i-3', 'reboot i-3'])
    expect(vacant.refused).toEqual([
      { id: 'i-1', code: 'conflict' },
      { id: 'i-2', code: 'conflict' },
    ])
    const forced: boolean[] = []
    const doRebootInstances: KeyPairDriver['doRebootInstances'] = (request, context) => {
      forced.push(request.force)
      return rollout.driver.doRebootInstances(request, context)
    }
    const service = createKeyPairService(
      { ...rollout.driver, doRebootInstances },
      { testing: { clock: rollout.clock } },
    )
    const harsh = await planOf(rollout, { ...toAttach, instanceIds: ['i-1'], force: true })
    expect((await carryOut(service, harsh)).isOk()).toBe(true)
    expect(forced).toEqual([true])
  })

  it('of a rotation has the import first and the delete last', async () => {
    const rollout = await rolloutOf({}, [seeds[0]])
    const plan = await planOf(rollout, toRotate())
    expect(plan.calls.map(asRecorded)).toEqual(['import', 'attach i-1', 'reboot i-1', 'delete old'])
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it('of a rotation sends no planned call', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toRotate())
    expect(plan.snapshot.absentKeyPairs).toEqual(['name next'])
    const calls = await rollout.world.calls()
    const asked = calls.filter(({ call }) => call === 'lookup').flatMap(({ items }) => items)
    expect(asked.filter((item) => item.includes('planned'))).toEqual([])
  })

  it('may list instances for longer than the time-out of a call', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ id: `i-${index}`, keyPair: 'old' }))
    const rollout = await rolloutOf({ limits: { pageSize: 1 } }, many)
    await rollout.world.fault({ on: 'list-instances', kind: 'slow', overMs: 2_000, times: Infinity })
    const plan = await planOf(rollout, toRotate())
    expect(plan.calls.filter(({ call }) => call === 'attach')).toHaveLength(12)
  })

  it('publishes its reads, no planned call and no progress', async () => {
    const rollout = await rolloutOf({}, seeds)
    const events: string[] = []
    const stop = onCall(({ operation, call, mutating }) => void events.push(`${operation} ${call} ${mutating}`))
    const progress: unknown[] = []
    const note = (event: unknown): void => void progress.push(event)
    subscribe('cloud-keypair:progress', note)
    await planOf(rollout, toAttach)
    unsubscribe('cloud-keypair:progress', note)
    stop()
    expect(new Set(events)).toEqual(new Set(['plan lookup false', 'plan read-instances false']))
    expect(events).toHaveLength((await rollout.world.calls()).length)
    expect(progress).toEqual([])
  })

  it('is refused as the operation would be', async () => {
    const rollout = await rolloutOf({}, seeds)
    const codeOf = async (request: PlanRequest) => (await rollout.service.plan(request))._unsafeUnwrapErr().code
    expect(await codeOf({ ...toAttach, keyPair: { name: 'nobody' } })).toBe('not-found')
    expect(await codeOf({ operation: 'rotate', replaced: { name: 'old' }, name: 'other' })).toBe('already-exists')
    expect(() => rollout.service.plan(JSON.parse('{}'))).toThrow(TypeError)
    await rollout.world.fault({ on: 'read-instances', kind: 'denied' })
    expect(await codeOf(toAttach)).toBe('permission-denied')
  })

  it('is the error of its end if it is cut off after it read the instances', async () => {
    const rollout = await rolloutOf({}, seeds)
    const controller = new AbortController()
    const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, context) => {
      const read = await rollout.driver.doDescribeInstances(request, context)
      setImmediate(() => controller.abort())
      return read
    }
    const service = createKeyPairService(
      { ...rollout.driver, doDescribeInstances },
      { testing: { clock: rollout.clock } },
    )
    const error = (await service.plan(toAttach, { signal: controller.signal }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'aborted', outcome: 'none', retry: 'safe' })
  })

  it('changes nothing, also if it fails after the new key pair of a rotation is planned', async () => {
    const rollout = await rolloutOf({}, seeds)
    await rollout.world.fault({ on: 'list-instances', kind: 'denied' })
    const error = (await rollout.service.plan(toRotate()))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
    expect(error.hint ?? '').not.toContain('The new key pair exists.')
  })
})

describe('a plan of a world that changed since', () => {
  const context = { signal: new AbortController().signal, token: 'mine', trace: () => {} }
  const old = { by: 'name', name: 'old' } as const
  const changes: Readonly<Record<string, (rollout: Rollout) => Promise<unknown>>> = {
    'an instance was stopped': ({ driver }) => driver.doStopInstances({ instanceIds: ['i-1'], force: false }, context),
    'an instance was started': ({ driver }) => driver.doStartInstances({ instanceIds: ['i-2'], force: false }, context),
    'a key was detached': ({ driver }) => driver.doDetachKeyPair({ keyPair: old, instanceIds: ['i-1'] }, context),
    'a key was attached': ({ driver }) => driver.doAttachKeyPair({ keyPair: old, instanceIds: ['i-3'] }, context),
    'a key pair is another one': async ({ driver, world }) => {
      await driver.doDeleteKeyPairs([{ name: 'new' }], context)
      await world.seedKeyPairs([{ name: 'new' }])
    },
    'a key pair is gone': ({ driver }) => driver.doDeleteKeyPairs([{ name: 'new' }], context),
  }

  it.each(Object.keys(changes))('is a conflict, and changes nothing: %s', async (what) => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    await changes[what]?.(rollout)
    await rollout.world.forgetCalls()
    const before = await instancesOf(rollout.world)
    const error = (await carryOut(rollout.service, plan))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none', details: { expected: plan.digest } })
    expect(await changesOf(rollout.world)).toEqual([])
    expect(await instancesOf(rollout.world)).toEqual(before)
  })

  it('is a conflict for a rotation too: another user, or a taken name', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toRotate())
    await rollout.world.seedInstances([{ id: 'i-4', keyPair: 'old' }])
    expect((await carryOut(rollout.service, plan))._unsafeUnwrapErr().code).toBe('conflict')
    const again = await planOf(rollout, toRotate())
    await rollout.world.seedKeyPairs([{ name: 'next' }])
    expect((await carryOut(rollout.service, again))._unsafeUnwrapErr().code).toBe('conflict')
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it('is a conflict that says which key pair, call or refusal is another', async () => {
    const rollout = await rolloutOf({}, seeds)
    const { driver, clock, service } = rollout
    const messageOf = async (plan: Plan, by = service): Promise<string> =>
      (await carryOut(by, plan))._unsafeUnwrapErr().message
    const plan = await planOf(rollout, { ...toAttach, maxUnavailable: 2 })
    const { instances } = driver.capabilities
    if (instances === false) throw new Error('this cloud binds key pairs')
    const capabilities = { ...driver.capabilities, instances: { ...instances, change: { items: 1 } } }
    const oneByOne = createKeyPairService({ ...driver, capabilities }, { testing: { clock } })
    expect(await messageOf(plan, oneByOne)).toContain(
      'call 1 would be {"call":"attach","instanceIds":["i-1"],"keyPair":"new"}, and not {"call":"attach","instanceIds":["i-1","i-3"],"keyPair":"new"}',
    )
    const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, given) =>
      (await driver.doDescribeInstances(request, given)).map((page) => ({
        ...page,
        items: page.items.map((record) => ({ ...record, ...(record.id === 'i-3' && { unsupported: 'Windows' }) })),
      }))
    const windows = createKeyPairService({ ...driver, doDescribeInstances }, { testing: { clock } })
    expect(await messageOf(plan, windows)).toContain('instance i-3 would be refused (instance-unsupported)')
    const ofWindows = (await windows.plan({ ...toAttach, maxUnavailable: 2 }))._unsafeUnwrap()
    expect(await messageOf(ofWindows)).toContain('instance i-3 would not be refused (instance-unsupported)')
    await driver.doDeleteKeyPairs([{ name: 'new' }], context)
    await rollout.world.seedKeyPairs([{ name: 'new' }])
    expect(await messageOf(plan)).toMatch(/there is a key pair \{.*"name":"new"\}, and not \{.*"name":"new"\}/)
    expect(await changesOf(rollout.world)).toEqual(['delete new'])
  })

  it('is a conflict in another region', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    const location = { region: 'elsewhere', endpoint: 'memory:' }
    const service = createKeyPairService({ ...rollout.driver, location }, { testing: { clock: rollout.clock } })
    expect((await carryOut(service, plan))._unsafeUnwrapErr().message).toContain('elsewhere')
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it('is refused if it was edited', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    const calls = plan.calls.slice(1)
    expect((await carryOut(rollout.service, { ...plan, calls }))._unsafeUnwrapErr().code).toBe('invalid-argument')
    const request = { ...toAttach, maxUnavailable: 9 }
    expect((await carryOut(rollout.service, { ...plan, request }))._unsafeUnwrapErr().code).toBe('invalid-argument')
    for (const field of ['provider', 'region', 'endpoint'] as const) {
      const edited = { ...plan, [field]: 'another' }
      expect((await carryOut(rollout.service, edited))._unsafeUnwrapErr().code).toBe('invalid-argument')
    }
    const sorted = JSON.parse(JSON.stringify(plan, Object.keys(plan).sort().reverse().concat(fieldsOf(plan))))
    expect((await carryOut(rollout.service, sorted)).isOk()).toBe(true)
  })

  it('is refused if another version of the library made it in another form', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    const later = JSON.parse(JSON.stringify({ ...plan, version: 2, digest: 'made in another way' }))
    const error = (await carryOut(rollout.service, later))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
    expect(error.message).toContain('the plan is of version 2, and this library makes version 1')
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it('is refused for another request', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    const options = { takeEffect: 'now', expect: plan } as const
    const { service } = rollout
    const others = [
      service.attach({ name: 'new' }, ids.slice(1), options),
      service.attach({ name: 'old' }, ids, options),
      service.attach({ name: 'new' }, ids, { ...options, force: true }),
      service.attach({ name: 'new' }, ids, { ...options, restartUnchanged: false }),
      service.detach({ name: 'new' }, ids, options),
      service.rotate({ name: 'new' }, { name: 'next', publicKey, expect: plan }),
    ]
    for (const other of others) {
      const error = (await other)._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
      expect(error.message).toContain('the plan is of another request')
    }
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it('is accepted if the reference is a key pair that was read', async () => {
    const rollout = await rolloutOf({}, seeds)
    const keyPair = (await rollout.service.get({ name: 'new' }))._unsafeUnwrap()
    const plan = await planOf(rollout, { ...toAttach, keyPair })
    const attached = await rollout.service.attach(keyPair, ids, { takeEffect: 'now', expect: plan })
    expect(attached.isOk()).toBe(true)
  })

  it('of a rotation that generates its key is expected with save', async () => {
    const key = rsaKey(1)
    const rollout = await rolloutOf({}, seeds, { testing: { generateKeyPair: async () => key } })
    const plan = await planOf(rollout, { operation: 'rotate', replaced: { name: 'old' }, name: 'next' })
    const rotated = await rollout.service.rotate({ name: 'old' }, { name: 'next', save: async () => {}, expect: plan })
    expect(rotated.isOk()).toBe(true)
  })

  it('is allowed only with takeEffect now, and not with resume', async () => {
    const rollout = await rolloutOf({}, seeds)
    const plan = await planOf(rollout, toAttach)
    const resume = { version: 1, operation: 'attach', provider: 'memory', keyPair: { name: 'new' }, instances: [] }
    const attach = (options: unknown) => () =>
      void Reflect.apply(rollout.service.attach, undefined, [{ name: 'new' }, ids, options])
    expect(attach({ expect: plan })).toThrow(TypeError)
    expect(attach({ takeEffect: 'now', expect: 'a plan' })).toThrow(TypeError)
    expect(attach({ takeEffect: 'now', expect: null })).toThrow(TypeError)
    expect(attach({ takeEffect: 'now', expect: plan, resume })).toThrow(TypeError)
  })
})

/** Returns the names of all fields, so that `JSON.stringify` can write them in another order. */
function fieldsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .flatMap(([key, inner]) => [...fieldsOf(inner), key])
    .reverse()
}
