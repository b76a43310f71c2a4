import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '../../src/contract/options.js'
import type { Checkpoint } from '../../src/contract/checkpoint.js'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import { err, ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, fates, resumeOf, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import { edit, halfStopped, later, scripted, taken } from './scripted-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const three = { 'i-1': old, 'i-2': old, 'i-3': old }
const ids = ['i-1', 'i-2', 'i-3']
const sold = { code: 'capacity', message: 'sold out', transient: false } as const

describe('waves', () => {
  it('change as many instances at once as maxUnavailable says, stopped ones last and all together', async () => {
    const seeds = { 'i-0': { ...old, power: 'stopped' }, ...three, 'i-4': { ...old, power: 'stopped' } } as const
    const { service, sent } = smallCloud(seeds)
    const batch = batchOf(await service.attach(deploy, ['i-0', ...ids, 'i-4'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual([
      'i-0 changed at-next-start',
      'i-1 changed now',
      'i-2 changed now',
      'i-3 changed now',
      'i-4 changed at-next-start',
    ])
    expect(sent).toEqual(['attach i-1 i-2', 'reboot i-1 i-2', 'attach i-3', 'reboot i-3', 'attach i-0 i-4'])
  })

  it('change one instance at a time unless they are told otherwise', async () => {
    const { service, sent } = smallCloud(three)
    batchOf(await service.attach(deploy, ids, now))
    expect(sent).toEqual(ids.flatMap((id) => [`attach ${id}`, `reboot ${id}`]))
  })

  it('send an instance that is given twice once, and return an item for each', async () => {
    const { service, sent } = smallCloud(three)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-1 changed now'])
    expect(sent).toEqual(['attach i-1', 'reboot i-1'])
  })

  it('leave out what the cloud does not list, and what is on its way', async () => {
    const { service, sent } = smallCloud({ 'i-1': { ...old, power: 'starting' }, 'i-2': old })
    const batch = batchOf(await service.attach(deploy, ['i-gone', 'i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['i-gone failed none not-found', 'i-1 failed none instance-state', 'i-2 changed now'])
    const [, state] = batch.failed
    expect(state?.error).toMatchObject({
      message: expect.stringContaining('the instance is starting'),
      hint: 'Try again when the instance is running or stopped.',
    })
    expect(sent).toEqual(['attach i-2', 'reboot i-2'])
  })

  it('restart a running instance that has the key pair, unless it is to be left alone', async () => {
    const seeds = { 'i-1': { keyPair: shown('new') } }
    const again = smallCloud(seeds)
    expect(fates(batchOf(await again.service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 unchanged now'])
    expect(again.sent).toEqual(['reboot i-1'])
    const left = smallCloud(seeds)
    const options = { ...now, restartUnchanged: false }
    expect(fates(batchOf(await left.service.attach(deploy, ['i-1'], options)))).toEqual(['i-1 unchanged at-next-start'])
    expect(left.sent).toEqual([])
  })

  it('detach too, and then warn', async () => {
    const { service, sent, instances } = smallCloud({ 'i-1': { keyPair: shown('new') } })
    const batch = batchOf(await service.detach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(batch.hint).toContain('may have no login left')
    expect(sent).toEqual(['detach i-1', 'reboot i-1'])
    expect(instances.get('i-1')).toEqual({ id: 'i-1', power: 'running' })
  })

  it('are forced only if they are told to', async () => {
    const { service, sent } = smallCloud(three)
    batchOf(await service.attach(deploy, ['i-1'], { ...now, force: true }))
    batchOf(await service.attach(deploy, ['i-2'], { ...now, force: false }))
    expect(sent.filter((call) => call.startsWith('reboot'))).toEqual(['reboot! i-1', 'reboot i-2'])
  })

  it.each([
    ['one', ['i-1'], 1, '1 instance did not start again'],
    ['two', ['i-1', 'i-2'], 2, '2 instances did not start again'],
  ] as const)('end when as many are down as may be: %s', async (_, down, maxUnavailable, message) => {
    const { service, refuses, sent } = smallCloud(three, { restart: 'stop-and-start' })
    for (const id of down) refuses.set(`start ${id}`, sold)
    const options = { ...now, maxUnavailable, repairDeadlineMs: 60_000 }
    const batch = batchOf(await service.attach(deploy, ids, options))
    expect(batch.leftStopped).toEqual(down)
    const last = batch.failed.at(-1)
    expect(last).toMatchObject({ id: 'i-3', error: { code: 'aborted', outcome: 'none' } })
    expect(last?.error.message).toContain(`${message}, and no more instances may be down at once`)
    expect(last?.error.hint).toBe('Start these instances, then run the operation again for the others.')
    expect(sent.filter((call) => call.includes('i-3'))).toEqual([])
  })

  it('go on with as many as may still be down, and with stopped ones in any case', async () => {
    const seeds = { ...three, 'i-4': { ...old, power: 'stopped' } } as const
    const { service, refuses, sent } = smallCloud(seeds, { restart: 'stop-and-start' })
    refuses.set('start i-1', sold)
    const options = { ...now, maxUnavailable: 2, repairDeadlineMs: 60_000 }
    const batch = batchOf(await service.attach(deploy, [...ids, 'i-4'], options))
    expect(fates(batch)).toEqual([
      'i-1 failed partial capacity',
      'i-2 changed now',
      'i-3 changed now',
      'i-4 changed at-next-start',
    ])
    expect(sent.filter((call) => call.startsWith('stop'))).toEqual(['stop i-1 i-2', 'stop i-3'])
  })
})

describe('the progress', () => {
  it('tells each step of each wave, and counts what is finished', async () => {
    const events: ProgressEvent[] = []
    const { service } = smallCloud({ 'i-1': old, 'i-2': old })
    const onProgress = (event: ProgressEvent): void => void events.push(event)
    batchOf(await service.attach(deploy, ['i-gone', 'i-1', 'i-2'], { ...now, onProgress, check: async () => {} }))
    expect(events.map(({ step, instanceIds, finished, total }) => [step, ...instanceIds, finished, total])).toEqual([
      ['finished', 'i-gone', 1, 3],
      ['attaching', 'i-1', 1, 3],
      ['rebooting', 'i-1', 1, 3],
      ['checking', 'i-1', 1, 3],
      ['finished', 'i-1', 2, 3],
      ['attaching', 'i-2', 2, 3],
      ['rebooting', 'i-2', 2, 3],
      ['checking', 'i-2', 2, 3],
      ['finished', 'i-2', 3, 3],
    ])
    expect(events[0]).toMatchObject({ provider: 'stub', operation: 'attach' })
  })

  it('tells of a cloud that stops and starts', async () => {
    const steps: string[] = []
    const { service } = smallCloud({ 'i-1': old }, { power: ['stopped'], replaces: false })
    const onProgress = ({ step }: ProgressEvent): void => void steps.push(step)
    batchOf(await service.attach(deploy, ['i-1'], { ...now, onProgress }))
    const attaching = steps.splice(0).join(' ')
    batchOf(await service.detach(deploy, ['i-1'], { ...now, onProgress }))
    expect([attaching, steps.join(' ')]).toEqual([
      'stopping detaching attaching starting finished',
      'stopping detaching starting finished',
    ])
  })

  it('is a list of its own for the listener, who may empty it', async () => {
    const { service, instances } = smallCloud({ 'i-1': old, 'i-2': old }, { power: ['stopped'], replaces: false })
    const onProgress = ({ instanceIds }: ProgressEvent): void => {
      if (Array.isArray(instanceIds)) instanceIds.splice(0)
    }
    const options = { ...now, maxUnavailable: 2, onProgress }
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect([...instances.values()].map(({ power }) => power)).toEqual(['running', 'running'])
  })

  it('tells once how long a resume waits for what the earlier run may have sent', async () => {
    const was = { power: 'running', ...old, step: 'in-progress' } as const
    const { service } = smallCloud({ 'i-1': old, 'i-2': old }, { power: ['stopped'] })
    const events: ProgressEvent[] = []
    const onProgress = (event: ProgressEvent): void => void events.push(event)
    const resume = resumeOf({ id: 'i-1', ...was }, { id: 'i-2', ...was })
    batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onProgress, resume }))
    expect(events.map(({ step, instanceIds, waitMs }) => [step, instanceIds.join(' '), waitMs])).toEqual([
      ['settling', 'i-1 i-2', 60_000],
      ['stopping', 'i-1 i-2', undefined],
      ['attaching', 'i-1 i-2', undefined],
      ['starting', 'i-1 i-2', undefined],
      ['finished', 'i-1 i-2', undefined],
    ])
  })

  it('tells once of a wait that reads of other instances interrupt', async () => {
    const told: string[] = []
    const cloud = scripted(
      { 'i-1': old, 'i-2': old },
      {
        traits: { power: ['stopped'] },
        answer: ({ text }) => {
          if (text === 'stop i-1 i-2') return halfStopped(cloud)
          if (text !== 'start i-1') return undefined
          edit(cloud, 'i-1', { power: 'starting' })
          later(cloud, 10, () => edit(cloud, 'i-1', { power: 'running' }))
          return taken('i-1')
        },
      },
    )
    const onProgress = ({ step, instanceIds, waitMs }: ProgressEvent): void =>
      void told.push(`${cloud.seconds()} ${[step, ...instanceIds].join(' ')} ${waitMs ?? ''}`)
    const options = { ...now, maxUnavailable: 2, onProgress }
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 unknown unknown unknown'])
    expect(cloud.reads).toEqual(expect.arrayContaining(['6 i-1 i-2', '9 i-1 i-2', '60 i-1 i-2']))
    expect(told).toEqual([
      '0 stopping i-1 i-2 ',
      '3 attaching i-1 ',
      '3 starting i-1 ',
      '6 settling i-2 54000',
      '90 finished i-1 i-2 ',
    ])
  })
})

describe('a check', () => {
  it('is made of the instances that were restarted alone', async () => {
    const checked: string[] = []
    const check = async (id: string): Promise<void> => void checked.push(id)
    const { service, refuses } = smallCloud({ ...three, 'i-3': { ...old, power: 'stopped' } })
    refuses.set('attach i-1', { code: 'quota-exceeded', message: 'no', transient: false })
    const batch = batchOf(await service.attach(deploy, ids, { ...now, maxUnavailable: 3, check }))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded', 'i-2 changed now', 'i-3 changed at-next-start'])
    expect(checked).toEqual(['i-2'])
  })

  it('that rejects fails its instance, and ends the work with the name of the first', async () => {
    const check = async (id: string): Promise<void> => {
      if (id !== 'i-1') throw new Error(`no login to ${id}`)
    }
    const { service, sent } = smallCloud({ ...three, 'i-4': old })
    const batch = batchOf(await service.attach(deploy, [...ids, 'i-4'], { ...now, maxUnavailable: 3, check }))
    expect(fates(batch)).toEqual([
      'i-1 changed now',
      'i-2 failed partial aborted',
      'i-3 failed partial aborted',
      'i-4 failed none aborted',
    ])
    const [second, , last] = batch.failed
    expect(second?.error.message).toContain('on i-2 failed: the check rejected the instance: no login to i-2')
    expect(second?.error.hint).toBe(
      'The key pair was changed and the instance was restarted. Check that you can log in.',
    )
    expect(last?.error.message).toContain('the check of instance i-2 did not succeed')
    expect(sent.some((call) => call.includes('i-4'))).toBe(false)
  })
})

describe('a checkpoint', () => {
  it('is saved before each wave and after, with the steps of all instances', async () => {
    const steps: string[] = []
    const changes: string[] = []
    const { service } = smallCloud({ 'i-1': old, 'i-2': { power: 'stopped' } })
    let first: Checkpoint | undefined
    const onCheckpoint = async (checkpoint: Checkpoint, update: { readonly changed: readonly { id: string }[] }) => {
      first ??= checkpoint
      steps.push(checkpoint.instances.map(({ step }) => step).join(' '))
      changes.push(update.changed.map(({ id }) => id).join(' '))
    }
    batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onCheckpoint }))
    expect(steps).toEqual(['in-progress waiting', 'done waiting', 'done in-progress', 'done done'])
    expect(changes).toEqual(['i-1 i-2', 'i-1', 'i-2', 'i-2'])
    expect(first).toEqual(
      resumeOf(
        { id: 'i-1', power: 'running', keyPair: shown('old'), step: 'in-progress' },
        { id: 'i-2', power: 'stopped', keyPair: null, step: 'waiting' },
      ),
    )
  })

  it('has an instance that failed as waiting if nothing is due, and as in progress if something is', async () => {
    const { service, refuses } = smallCloud(three, { restart: 'stop-and-start' })
    refuses.set('attach i-1', { code: 'quota-exceeded', message: 'no', transient: false })
    refuses.set('start i-2', sold)
    let last: Checkpoint | undefined
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (last = checkpoint)
    batchOf(await service.attach(deploy, ids, { ...now, onCheckpoint, repairDeadlineMs: 60_000 }))
    const stepOf = (id: string): string | undefined => last?.instances.find((instance) => instance.id === id)?.step
    expect(ids.map(stepOf)).toEqual(['in-progress', 'in-progress', 'waiting'])
  })

  it('that cannot be saved ends the work before any call, and says why', async () => {
    const onCheckpoint = (): Promise<void> => Promise.reject(new Error('no space left'))
    const { service, sent } = smallCloud(three)
    const batch = batchOf(await service.attach(deploy, ids, { ...now, onCheckpoint }))
    expect(fates(batch)).toEqual(ids.map((id) => `${id} failed none storage`))
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('the checkpoint could not be saved: no space left'),
      hint: 'No change is made without a saved checkpoint. Make the storage writable, then resume.',
    })
    expect(sent).toEqual([])
  })

  it('is not saved any more once mayCall refused', async () => {
    let isAllowed = true
    let saves = 0
    const onCheckpoint = async (): Promise<void> => {
      saves += 1
      isAllowed = false
    }
    const { service, sent } = smallCloud(three)
    const batch = batchOf(await service.attach(deploy, ids, { ...now, onCheckpoint, mayCall: () => isAllowed }))
    expect(batch.failed[0]?.error).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(batch.failed[0]?.error.message).toContain('mayCall refused a change')
    expect([saves, sent]).toEqual([1, []])
  })
})

describe('a key pair that is in the way', () => {
  const refusing = { power: ['stopped'], replaces: false } as const
  const other = { keyPair: shown('other') }

  it('is detached first, each from its instances', async () => {
    const { service, sent } = smallCloud({ 'i-1': old, 'i-2': other, 'i-3': old, 'i-4': {} }, refusing)
    batchOf(await service.attach(deploy, [...ids, 'i-4'], { ...now, maxUnavailable: 4 }))
    expect(sent).toEqual([
      'stop i-1 i-2 i-3 i-4',
      'detach i-1 i-3',
      'detach i-2',
      'attach i-1 i-2 i-3 i-4',
      'start i-1 i-2 i-3 i-4',
    ])
  })

  it('is replaced without a detach if the cloud replaces, and tried to if no page says so', async () => {
    const replacing = smallCloud({ 'i-1': old }, { ...refusing, replaces: true })
    batchOf(await replacing.service.attach(deploy, ['i-1'], now))
    expect(replacing.sent).toEqual(['stop i-1', 'attach i-1', 'start i-1'])
    const unsure = smallCloud({ 'i-1': old, 'i-2': {} }, { ...refusing, replaces: 'undocumented' })
    unsure.refuses.set('attach i-1', { code: 'unknown', message: 'no', transient: false })
    const trying = unsure.service.attach(deploy, ['i-1', 'i-2'], {
      ...now,
      maxUnavailable: 2,
      repairDeadlineMs: 90_000,
    })
    batchOf(await trying)
    expect(unsure.sent.slice(0, 5)).toEqual(['stop i-1 i-2', 'attach i-1', 'attach i-2', 'detach i-1', 'attach i-1'])
  })

  it('is not detached if there are several on an instance', async () => {
    const several = { ...old, alsoBound: [shown('other')] }
    const { service, sent } = smallCloud({ 'i-1': several }, refusing)
    const batch = batchOf(await service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed none conflict'])
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('"old" and "other" are bound to the instance'),
      hint: 'Detach them first: this cloud may not replace key pairs.',
    })
    expect(sent).toEqual([])
  })

  it('is found by its name if instances show no ids, and left if it was deleted', async () => {
    const byName = { ...refusing, showsKeyPairId: false }
    const { service, sent, keyPairs } = smallCloud(
      { 'i-1': { keyPair: { name: 'old' } }, 'i-2': { keyPair: { name: 'other' } } },
      byName,
    )
    keyPairs.delete('other')
    batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(sent).toEqual(['stop i-1 i-2', 'detach i-1', 'attach i-1 i-2', 'start i-1 i-2'])
  })

  it('is detached by its id if instances show no names', async () => {
    const { service, sent } = smallCloud({ 'i-1': { keyPair: { id: 'kp-old' } } }, refusing)
    expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 changed now'])
    expect(sent).toEqual(['stop i-1', 'detach i-1', 'attach i-1', 'start i-1'])
  })

  it('is looked up only if it is another one', async () => {
    const looks: string[] = []
    const { service } = smallCloud(
      { 'i-1': { keyPair: { name: 'new' } }, 'i-2': { keyPair: { name: 'old' } } },
      { ...refusing, showsKeyPairId: false },
      (_, plain) => ({
        doDescribeKeyPairs: async (request, context) => {
          if (request.kind === 'exact') looks.push(request.keyPairs.map((one) => JSON.stringify(one)).join())
          return plain.doDescribeKeyPairs(request, context)
        },
      }),
    )
    batchOf(await service.attach({ id: 'kp-new' }, ['i-1'], now))
    expect(looks).toEqual(['{"by":"id","id":"kp-new"}'])
    batchOf(await service.attach({ id: 'kp-new' }, ['i-2'], now))
    expect(looks.slice(1)).toEqual(['{"by":"id","id":"kp-new"}', '{"by":"name","name":"old"}'])
  })

  describe('and may be one of the same name that was deleted', () => {
    /** Makes a cloud that shows names alone, deletes in use, and refuses the first attach. */
    const stale = (
      keyPairs: object,
      replaces: InstanceCapabilities['replaces'] = 'undocumented',
      power: InstanceCapabilities['power'] = ['stopped'],
    ): SmallCloud => {
      let attaches = 0
      return smallCloud({ 'i-1': keyPairs }, { power, replaces, showsKeyPairId: false }, (_, plain) => ({
        capabilities: { ...plain.capabilities, delete: { ...plain.capabilities.delete, refusesInUse: false } },
        doAttachKeyPair: async (request, context) => {
          attaches += 1
          if (attaches > 1) return plain.doAttachKeyPair(request, context)
          return ok([{ id: 'i-1', ok: false, failure: { code: 'unknown', message: 'no', transient: false } }])
        },
      }))
    }

    it('is detached if the attach is refused', async () => {
      const { service, sent } = stale({ keyPair: { name: 'new' } })
      expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 changed now'])
      expect(sent).toEqual(['stop i-1', 'detach i-1', 'attach i-1', 'start i-1'])
    })

    it('is not detached on a cloud that refuses every attach over another one', async () => {
      const { service, sent } = stale({ keyPair: { name: 'new' } }, false)
      expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 failed none conflict'])
      expect(sent).toEqual(['stop i-1', 'start i-1'])
    })

    it('is not looked for before a detach', async () => {
      const { service, sent } = stale({}, 'undocumented', ['running', 'stopped'])
      expect(fates(batchOf(await service.detach(deploy, ['i-1'], now)))).toEqual(['i-1 unchanged now'])
      expect(sent).toEqual(['reboot i-1'])
    })

    it('is not detached if there is none', async () => {
      const { service, sent } = stale({})
      expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 failed none unknown'])
      expect(sent).toEqual(['stop i-1', 'start i-1'])
    })
  })

  it('that cannot be read is a failure of its instance', async () => {
    const { service, sent } = smallCloud(
      { 'i-1': { keyPair: { name: 'old' } } },
      { ...refusing, showsKeyPairId: false },
      (_, { doDescribeKeyPairs }) => ({
        doDescribeKeyPairs: async (request, context) => {
          const isOld =
            request.kind === 'exact' && request.keyPairs.some((one) => one.by === 'name' && one.name === 'old')
          return isOld ? err(denied) : doDescribeKeyPairs(request, context)
        },
      }),
    )
    expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 failed none permission-denied'])
    expect(sent).toEqual([])
  })
})

describe('options of a change with restarts', () => {
  const { service } = smallCloud({})
  const attach = (options: object) => () => service.attach(deploy, ['i-1'], JSON.parse(JSON.stringify(options)))

  it.each([
    [{ takeEffect: 'later' }, "takeEffect must be 'now' or 'next-restart'"],
    [{ ...now, maxUnavailable: 0 }, 'maxUnavailable must be a whole number above 0'],
    [{ ...now, maxUnavailable: 1.5 }, 'maxUnavailable must be a whole number above 0'],
    [{ ...now, repairDeadlineMs: -1 }, 'repairDeadlineMs'],
    [{ ...now, force: 'false' }, 'force must be true or false'],
    [{ ...now, force: null }, 'force must be true or false'],
    [{ ...now, restartUnchanged: 0 }, 'restartUnchanged must be true or false'],
    [{ onlyIfVacant: 'false' }, 'onlyIfVacant must be true or false'],
    [{ onlyIfVacant: null }, 'onlyIfVacant must be true or false'],
    [{ ...now, check: 1 }, 'check'],
    [{ ...now, onProgress: 1 }, 'onProgress'],
    [{ ...now, onCheckpoint: 1 }, 'onCheckpoint'],
    [{ ...now, expect: 1 }, 'expect must be a plan'],
    [{ ...now, expect: {} }, 'expect must be a plan'],
    [{ ...now, expect: null }, 'expect must be a plan'],
    [{ expect: { digest: '' } }, "expect goes with takeEffect: 'now'"],
    [{ ...now, expect: { digest: '' }, resume: {} }, 'expect does not go with resume'],
    [{ resume: {} }, "resume goes with takeEffect: 'now'"],
    [{ takeEffect: 'next-restart', resume: {} }, "resume goes with takeEffect: 'now'"],
  ] as const)('%j are a mistake of the programmer', (options, message) => {
    expect(attach(options)).toThrow(TypeError)
    expect(attach(options)).toThrow(message)
  })

  it('have the same types in a rotation and in a plan', () => {
    const given: object = JSON.parse('{ "force": "false" }')
    const message = 'force must be true or false'
    const rotation = { name: 'new', publicKey: 'ssh-ed25519 AAAA', ...given }
    expect(() => service.rotate(deploy, rotation)).toThrow(new TypeError(message))
    expect(() => service.plan({ operation: 'rotate', replaced: deploy, name: 'new', ...given })).toThrow(message)
  })

  it.each(['check', 'onCheckpoint'] as const)('%s goes with restarts alone', (name) => {
    expect(() => service.attach(deploy, ['i-1'], { [name]: async () => {} })).toThrow(
      new TypeError(`${name} goes with takeEffect: 'now'`),
    )
  })

  it('without instances nothing is done', async () => {
    const empty = { items: [], succeeded: [], failed: [], unknown: [], leftStopped: [] }
    expect((await service.attach(deploy, [], now))._unsafeUnwrap()).toEqual(empty)
    expect((await service.detach(deploy, [], now))._unsafeUnwrap()).toEqual(empty)
    expect((await service.attach({ name: 'gone' }, [], now))._unsafeUnwrap()).toEqual(empty)
  })

  it('without a deadline end after five minutes, and after thirty if instances are restarted', async () => {
    for (const [options, minutes] of [
      [{}, 5],
      [now, 30],
    ] as const) {
      const busy = { code: 'busy', message: 'at work', outcome: 'none', transient: true, scope: 'call' } as const
      const cloud = smallCloud({ 'i-1': old }, {}, () => ({ doAttachKeyPair: async () => err(busy) }))
      const from = cloud.clock.now()
      batchOf(await cloud.service.attach(deploy, ['i-1'], options))
      expect(Math.round((cloud.clock.now() - from) / 60_000)).toBe(minutes)
    }
  })
})

describe('a resume', () => {
  const keyPair = shown('new')
  const was = { keyPair: shown('old'), power: 'running' } as const

  it('starts what is in progress first, all at once, and leaves what is done', async () => {
    const { service, sent, instances } = smallCloud(
      { 'i-1': { keyPair }, 'i-2': { ...old, power: 'stopped' }, 'i-3': { keyPair, power: 'stopped' }, 'i-4': old },
      { restart: 'stop-and-start', power: ['stopped'] },
    )
    const resume = resumeOf(
      { id: 'i-1', ...was, step: 'done' },
      { id: 'i-2', ...was, step: 'in-progress' },
      { id: 'i-3', ...was, step: 'in-progress' },
      { id: 'i-4', ...was, step: 'waiting' },
    )
    const batch = batchOf(await service.attach(deploy, [...ids, 'i-4'], { ...now, resume }))
    expect(fates(batch)).toEqual([...ids, 'i-4'].map((id) => `${id} changed now`))
    expect(batch.succeeded.map(({ replaced }) => replaced?.name)).toEqual(['old', 'old', 'old', 'old'])
    expect(sent).toEqual(['attach i-2', 'start i-2 i-3', 'stop i-4', 'attach i-4', 'start i-4'])
    expect([...instances.values()].map(({ power }) => power)).toEqual(Array<string>(4).fill('running'))
  })

  it.each([
    ['that ran and is stopped', 'running', 'stopped', ['stopped'], ['attach i-1', 'start i-1']],
    ['that was stopped', 'stopped', 'stopped', ['stopped'], ['attach i-1']],
    ['that runs', 'running', 'running', ['running', 'stopped'], ['attach i-1', 'reboot i-1']],
  ] as const)(
    'believes the key pair of an instance %s once records show a detach of the earlier run that is carried out late',
    async (_, before, power, allowed, expected) => {
      const cloud: SmallCloud = smallCloud(
        { 'i-1': { keyPair, power } },
        { power: allowed, replaces: false },
        (_instances, plain) => ({
          doDescribeInstances: async (request, context) => {
            const read = await plain.doDescribeInstances(request, context)
            const isOld = cloud.clock.now() - from < 89_000 && !cloud.sent.includes('attach i-1')
            return read.map(({ items }) => ({ items: items.map((item) => (isOld ? { ...item, keyPair } : item)) }))
          },
        }),
      )
      const from = cloud.clock.now()
      const { signal } = new AbortController()
      void cloud.clock.sleep(59_000, signal).then(() => {
        const { id, power: then } = cloud.instances.get('i-1') ?? { id: '', power }
        cloud.instances.set('i-1', { id, power: then })
      })
      const resume = resumeOf({ id: 'i-1', ...was, power: before, step: 'in-progress' })
      const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, resume }))
      expect(fates(batch)).toEqual([`i-1 changed ${before === 'running' ? 'now' : 'at-next-start'}`])
      expect(cloud.sent).toEqual(expected)
      expect(cloud.instances.get('i-1')).toMatchObject({ keyPair, power: before })
    },
  )

  it('of an instance that the cloud does not list names it as left stopped if it was in progress', async () => {
    const { service } = smallCloud({ 'i-1': { keyPair } })
    const resume = resumeOf(
      { id: 'i-2', ...was, step: 'in-progress' },
      { id: 'i-3', ...was, power: 'stopped', step: 'in-progress' },
      { id: 'i-4', ...was, step: 'waiting' },
    )
    const batch = batchOf(await service.attach(deploy, ['i-2', 'i-3', 'i-4'], { ...now, resume }))
    expect(batch.failed.map(({ error }) => error.code)).toEqual(['not-found', 'not-found', 'not-found'])
    expect(batch.leftStopped).toEqual(['i-2'])
  })

  it('believes that an instance is done if the cloud does not list it now', async () => {
    const { service, sent } = smallCloud({ 'i-2': old })
    const resume = resumeOf({ id: 'i-1', ...was, step: 'done' }, { id: 'i-2', ...was, step: 'waiting' })
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(sent).toEqual(['attach i-2', 'reboot i-2'])
  })

  it('keeps an instance as done that somebody else changed since, and fails it', async () => {
    const { service } = smallCloud({ 'i-1': { keyPair: shown('other') }, 'i-2': old })
    const resume = resumeOf({ id: 'i-1', ...was, step: 'done' }, { id: 'i-2', ...was, step: 'waiting' })
    let last: Checkpoint | undefined
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (last = checkpoint)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, resume, onCheckpoint }))
    expect(fates(batch)).toEqual(['i-1 failed none conflict', 'i-2 changed now'])
    expect(last?.instances.map(({ id, step }) => `${id} ${step}`)).toEqual(['i-1 done', 'i-2 done'])
  })

  it('leaves the key pair that somebody gave an instance in progress meanwhile', async () => {
    const { service, sent } = smallCloud(
      { 'i-1': { keyPair: shown('other'), power: 'stopped' } },
      { power: ['stopped'] },
    )
    const resume = resumeOf({ id: 'i-1', ...was, step: 'in-progress' })
    const batch = batchOf(await service.attach(deploy, ['i-1'], { ...now, resume }))
    expect(batch.failed[0]?.error.code).toBe('conflict')
    expect(batch.failed[0]?.error.message).toContain('somebody else changed the key pair of the instance to "other"')
    expect(sent).toEqual(['start i-1'])
  })

  it('whose service has no address any more says the reason for that', async () => {
    const failure = { code: 'invalid-argument', message: 'no profile', outcome: 'none', transient: false } as const
    const { driver, sent } = smallCloud({ 'i-1': { ...old, power: 'stopped' } }, {}, () => ({
      location: { region: '', endpoint: '' },
      doDescribeKeyPairs: async () => err({ ...failure, scope: 'call' }),
    }))
    const resume = resumeOf({ id: 'i-1', power: 'running', ...old, step: 'in-progress' })
    const result = await createKeyPairService(driver).attach(deploy, ['i-1'], { ...now, resume })
    expect(result._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
    expect(sent).toEqual([])
  })

  it('whose key pair is gone starts what was stopped, and fails every item', async () => {
    const { service, sent, keyPairs } = smallCloud(
      { 'i-1': { ...old, power: 'stopped' }, 'i-2': old },
      { power: ['stopped'] },
    )
    keyPairs.delete('new')
    const resume = resumeOf({ id: 'i-1', ...was, step: 'in-progress' }, { id: 'i-2', ...was, step: 'waiting' })
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, resume }))
    expect(batch.failed.map(({ id, error }) => [id, error.code])).toEqual([
      ['i-1', 'not-found'],
      ['i-2', 'not-found'],
    ])
    expect(batch.leftStopped).toEqual([])
    expect(sent).toEqual(['start i-1'])
  })

  it('whose key pair is gone believes no instance that shows its name', async () => {
    const { service, keyPairs } = smallCloud({ 'i-1': { keyPair }, 'i-2': { ...old, power: 'stopped' } })
    keyPairs.delete('new')
    const resume = resumeOf({ id: 'i-1', ...was, step: 'done' }, { id: 'i-2', ...was, step: 'in-progress' })
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 failed none not-found', 'i-2 failed none not-found'])
    expect(batch).not.toHaveProperty('hint')
  })

  it('names the key pair that is given by its id, if the checkpoint has another one', async () => {
    const { service, keyPairs } = smallCloud({ 'i-1': { ...old, power: 'stopped' } })
    keyPairs.delete('other')
    const resume = resumeOf({ id: 'i-1', ...was, step: 'in-progress' })
    const error = (await service.attach({ id: 'kp-other' }, ['i-1'], { ...now, resume }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.message).toContain('the checkpoint is of another key pair: new kp-new, and not kp-other')
  })

  it('goes on by id if its checkpoint tells the key pair by its fingerprint alone', async () => {
    const { service, keyPairs } = smallCloud({ 'i-1': old })
    keyPairs.set('new', { ...keyPair, fingerprint: 'opaque' })
    const resume = {
      ...resumeOf({ id: 'i-1', ...was, step: 'waiting' }),
      keyPair: { name: 'new', fingerprint: 'opaque' },
    }
    const batch = batchOf(await service.attach({ id: 'kp-new' }, ['i-1'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 changed now'])
  })

  it('whose key pair is gone does nothing for a checkpoint of another one, or without progress', async () => {
    const { service, sent, keyPairs } = smallCloud({ 'i-1': { ...old, power: 'stopped' } }, { power: ['stopped'] })
    keyPairs.delete('new')
    keyPairs.delete('other')
    const begun = resumeOf({ id: 'i-1', ...was, step: 'in-progress' })
    const foreign = (await service.attach({ name: 'other' }, ['i-1'], { ...now, resume: begun }))._unsafeUnwrapErr()
    expect(foreign).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(foreign.message).toContain('the checkpoint is of another key pair: new kp-new, and not other')
    const waiting = resumeOf({ id: 'i-1', ...was, step: 'waiting' })
    const gone = (await service.attach(deploy, ['i-1'], { ...now, resume: waiting }))._unsafeUnwrapErr()
    expect(gone).toMatchObject({ code: 'not-found', outcome: 'none' })
    expect(sent).toEqual([])
  })
})

describe('a defect of a driver', () => {
  it('in a stop leaves the outcome of its instances unknown, and starts them', async () => {
    const { service, sent } = smallCloud({ 'i-1': old }, { power: ['stopped'] }, () => ({
      doStopInstances: () => {
        throw new Error('a defect')
      },
    }))
    const batch = batchOf(await service.attach(deploy, ['i-1'], now))
    expect(batch.unknown.map(({ id }) => id)).toEqual(['i-1'])
    expect(sent).toEqual([])
  })
})

it('a change reads its instances once before, in as few calls as the limit allows', async () => {
  const reads: number[] = []
  const { service } = smallCloud(three, { read: { items: 2 } }, (instances) => ({
    doDescribeInstances: async (request) => {
      const wanted = request.kind === 'exact' ? request.instanceIds : []
      reads.push(wanted.length)
      return ok({ items: wanted.flatMap((id) => instances.get(id) ?? []) })
    },
  }))
  batchOf(await service.attach(deploy, ids, { ...now, maxUnavailable: 3 }))
  expect(reads.slice(0, 2)).toEqual([2, 1])
})

it('a change whose first read fails again and again gives up after a number of retries for one call', async () => {
  let reads = 0
  const failed = { code: 'unavailable', message: 'down', outcome: 'none', transient: true, scope: 'call' } as const
  const { service } = smallCloud({ 'i-1': old }, { read: { items: 50 } }, () => ({
    doDescribeInstances: async () => {
      reads += 1
      return err(failed)
    },
  }))
  expect((await service.attach(deploy, ['i-1'], now))._unsafeUnwrapErr()).toMatchObject({ code: 'unavailable' })
  expect(reads).toBe(9)
})
