import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/contract/checkpoint.js'
import type { KeyPairService } from '../../src/contract/service.js'
import { err, ok } from '../../src/result.js'
import type { Secret } from '../../src/secret.js'
import { generateKeyPair } from '../../src/key-material/generate.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import {
  anotherKey,
  attached,
  checkpointOf,
  done,
  next,
  old,
  publicKey,
  three,
  two,
  waiting,
  withNext,
} from './next-key-pair.js'

describe('a rotation', () => {
  it('imports the key, changes one instance alone, then the others, and deletes the replaced key pair', async () => {
    const { service, sent, keyPairs } = smallCloud({ ...three, 'i-4': { keyPair: shown('other') } })
    const rotation = (await service.rotate({ name: 'old' }, { ...next, maxUnavailable: 2 }))._unsafeUnwrap()
    expect(sent).toEqual(['import next', 'attach i-1', 'reboot i-1', 'attach i-2 i-3', 'reboot i-2 i-3', 'delete old'])
    expect(rotation).toMatchObject({
      keyPair: { name: 'next', id: 'kp-next' },
      replaced: shown('old'),
      removed: true,
      pendingRestart: [],
      notLookedAt: [],
    })
    expect(fates(rotation.batch)).toEqual(['i-1 changed now', 'i-2 changed now', 'i-3 changed now'])
    expect([...keyPairs.keys()]).toEqual(['new', 'other', 'next'])
  })

  it('keeps the replaced key pair while an instance waits for its start', async () => {
    const { service, sent } = smallCloud({ 'i-1': { ...old, power: 'stopped' }, 'i-2': old })
    const rotation = (await service.rotate({ id: 'kp-old' }, next))._unsafeUnwrap()
    expect(rotation).toMatchObject({ removed: false, pendingRestart: ['i-1'] })
    expect(sent).toEqual(['import next', 'attach i-2', 'reboot i-2', 'attach i-1'])
  })

  it('of a key pair that nobody uses deletes it', async () => {
    const { service, sent } = smallCloud({})
    const rotation = (await service.rotate({ name: 'old' }, next))._unsafeUnwrap()
    expect(rotation).toMatchObject({ removed: true, batch: { items: [] } })
    expect(sent).toEqual(['import next', 'delete old'])
  })

  it('ends when the first instance fails, and names it', async () => {
    const { service, refuses, sent } = smallCloud(three)
    refuses.set('attach i-1', { code: 'quota-exceeded', message: 'no', transient: false })
    const result = await service.rotate({ name: 'old' }, { ...next, maxUnavailable: 2 })
    expect(result._unsafeUnwrapErr()).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(result._unsafeUnwrapErr().hint).toContain('The new key pair exists.')
    const batch = batchOf(result)
    expect(fates(batch)).toEqual([
      'i-1 failed none quota-exceeded',
      'i-2 failed none aborted',
      'i-3 failed none aborted',
    ])
    expect(batch.failed[1]?.error.message).toContain('the first instance, i-1, did not succeed')
    expect(sent).toEqual(['import next', 'attach i-1'])
  })

  it('whose later instances fail deletes nothing', async () => {
    const { service, refuses, sent } = smallCloud(two)
    refuses.set('attach i-2', { code: 'quota-exceeded', message: 'no', transient: false })
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(sent).not.toContain('delete old')
  })

  it('takes the instances that get the replaced key pair meanwhile, three times at most', async () => {
    const cloud = smallCloud({ 'i-1': old }, {}, (instances, { doRebootInstances }) => ({
      doRebootInstances: async (request, context) => {
        instances.set(`i-${instances.size + 1}`, { id: `i-${instances.size + 1}`, power: 'running', ...old })
        return doRebootInstances(request, context)
      },
    }))
    const batch = batchOf(await cloud.service.rotate({ name: 'old' }, next))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now', 'i-3 changed now', 'i-4 failed none conflict'])
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('the replaced key pair was attached to the instance during the rotation'),
      hint: 'Stop what attaches the replaced key pair, then rotate again.',
    })
  })

  it('leaves an instance with a third key pair, or with none of the two any more', async () => {
    const { service, sent } = smallCloud(
      { 'i-1': { ...old, alsoBound: [shown('other')] }, 'i-2': old },
      {},
      (instances, { doAttachKeyPair }) => ({
        doAttachKeyPair: async (request, context) => {
          instances.set('i-3', { id: 'i-3', power: 'running', ...old })
          return doAttachKeyPair(request, context)
        },
      }),
    )
    const batch = batchOf(await service.rotate({ name: 'old' }, next))
    const [first] = batch.failed
    expect(first).toMatchObject({ id: 'i-1', error: { code: 'conflict', outcome: 'none' } })
    expect(first?.error.message).toContain('the key pair "other" is bound to the instance too')
    expect(first?.error.hint).toBe('Attach the new key pair to the instance, if it is to have no other one.')
    expect(sent).not.toContain('attach i-1')
  })

  it('says so if the instance lost the replaced key pair before its turn', async () => {
    const { service } = smallCloud(two, {}, (instances, { doRebootInstances }) => ({
      doRebootInstances: async (request, context) => {
        instances.set('i-2', { id: 'i-2', power: 'running', keyPair: shown('other') })
        return doRebootInstances(request, context)
      },
    }))
    const batch = batchOf(await service.rotate({ name: 'old' }, next))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 failed none conflict'])
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('the instance no longer has the replaced key pair'),
      hint: 'Find out what changed the key pair of the instance.',
    })
  })

  it('that cannot delete the replaced key pair is partial, and says what to do', async () => {
    const { service } = smallCloud({ 'i-1': old }, {}, () => ({
      doDeleteKeyPairs: async (keyPairs) =>
        ok(
          keyPairs.map(({ id = '' }) => {
            const failure = { code: 'permission-denied', message: 'not allowed', transient: false } as const
            return { id, ok: false, failure }
          }),
        ),
    }))
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial', retry: 'after-check' })
    expect(error.hint).toContain('Every instance has the new key pair. Delete the replaced key pair.')
  })
})

describe('a rotation is refused before any change', () => {
  it.each([
    [
      'the same name',
      { name: 'old' },
      { name: 'old', publicKey },
      'invalid-argument',
      'has the name of the replaced one',
    ],
    [
      'the name of the id',
      { id: 'kp-old' },
      { name: 'old', publicKey },
      'invalid-argument',
      'has the name of the replaced',
    ],
    ['a key pair that is not there', { name: 'gone' }, next, 'not-found', 'no such key pair'],
    ['a bad key', { name: 'old' }, { name: 'next', publicKey: 'nonsense' }, 'invalid-argument', ''],
  ] as const)('to %s', async (_, replaced, options, code, message) => {
    const { service, sent } = smallCloud(two)
    const error = (await service.rotate(replaced, options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code, outcome: 'none' })
    expect(error.message).toContain(message)
    expect(sent).toEqual([])
  })

  it('to the key that is to be replaced', async () => {
    const { service, sent, keyPairs } = smallCloud(two)
    keyPairs.set('old', { name: 'old', id: 'kp-old', publicKey })
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
    expect(error.message).toContain('would have the key that is to be replaced')
    expect(error.hint).toBe('Rotate to another key: generate one, or save to another file.')
    expect(sent).toEqual([])
  })

  it('to a taken name', async () => {
    const { service, sent } = smallCloud(two, {}, () => ({
      doImportKeyPair: async () =>
        err({ code: 'already-exists', message: 'taken', outcome: 'none', transient: false, scope: 'call' }),
    }))
    const error = (await service.rotate({ name: 'old' }, { ...next, name: 'other' }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'already-exists', outcome: 'none' })
    expect(sent).toEqual([])
  })

  it.each([
    ['neither save nor a key', { name: 'next' }],
    ['both save and a key', { name: 'next', publicKey, save: async () => {} }],
    ['a key that is no text', { name: 'next', publicKey: JSON.parse('7') }],
    ['a wave deadline below 0', { ...next, waveDeadlineMs: -1 }],
  ] as const)('with %s, which is a mistake of the programmer', (_, options) => {
    const { service } = smallCloud(two)
    expect(() => Reflect.apply(service.rotate, service, [{ name: 'old' }, options])).toThrow(TypeError)
  })
})

describe('a check that rejects', () => {
  const rejecting = async (): Promise<void> => {
    throw new Error('no login')
  }

  it('rolls its instance back, and ends the work', async () => {
    const { service, sent, instances } = smallCloud(two)
    const batch = batchOf(await service.rotate({ name: 'old' }, { ...next, check: rejecting }))
    expect(fates(batch)).toEqual(['i-1 failed none aborted', 'i-2 failed none aborted'])
    expect(batch.failed[0]?.error.message).toContain('the check rejected the instance: no login')
    expect(batch.failed[0]?.error.hint).toBe('The replaced key pair is attached to the instance again.')
    expect(sent).toEqual(['import next', 'attach i-1', 'reboot i-1', 'attach i-1', 'reboot i-1'])
    expect(instances.get('i-1')).toMatchObject(old)
    expect(batch.leftStopped).toEqual([])
  })

  it('warns that the guest may accept both keys if the new key pair was detached first', async () => {
    const { service, sent } = smallCloud({ 'i-1': old }, { power: ['stopped'], replaces: false })
    const batch = batchOf(await service.rotate({ name: 'old' }, { ...next, check: rejecting }))
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(batch.failed[0]?.error.hint).toBe(
      'The replaced key pair is attached to the instance again. ' +
        'The new key pair was detached first: check that its guest does not accept the new key too.',
    )
    const way = ['stop i-1', 'detach i-1', 'attach i-1', 'start i-1']
    expect(sent).toEqual(['import next', ...way, ...way])
  })

  it('and a roll back that fails names the instance and what to do', async () => {
    const cloud = smallCloud({ 'i-1': old }, { restart: 'stop-and-start' })
    const check = async (): Promise<void> => {
      cloud.refuses.set('start i-1', { code: 'capacity', message: 'sold out', transient: false })
      throw new Error('no login')
    }
    const options = { ...next, check, repairDeadlineMs: 60_000 }
    const batch = batchOf(await cloud.service.rotate({ name: 'old' }, options))
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(batch.failed[0]?.error.hint).toBe(
      'The replaced key pair could not be attached again: attach it, and restart the instance.',
    )
    expect(batch.leftStopped).toEqual(['i-1'])
  })

  it('does not roll back an instance that somebody changed meanwhile', async () => {
    const cloud = smallCloud({ 'i-1': old })
    const check = async (): Promise<void> => {
      cloud.instances.set('i-1', { id: 'i-1', power: 'running', keyPair: shown('other') })
      throw new Error('no login')
    }
    const batch = batchOf(await cloud.service.rotate({ name: 'old' }, { ...next, check }))
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(cloud.instances.get('i-1')).toMatchObject({ keyPair: shown('other') })
  })

  it('is saved as waiting after the roll back, and as nothing else', async () => {
    const steps: string[] = []
    const onCheckpoint = async ({ instances }: Checkpoint): Promise<void> =>
      void steps.push(instances.map(({ step }) => step).join(' '))
    const { service } = smallCloud(two)
    batchOf(await service.rotate({ name: 'old' }, { ...next, check: rejecting, onCheckpoint }))
    expect(steps).toEqual(['', '', 'in-progress waiting', 'waiting waiting'])
  })
})

describe('a check that approves', () => {
  it('is made of every restarted instance, with a signal', async () => {
    const checked: unknown[] = []
    const check = async (id: string, signal: AbortSignal): Promise<void> => void checked.push([id, signal.aborted])
    const { service } = smallCloud({ ...two, 'i-3': { ...old, power: 'stopped' } })
    batchOf(await service.rotate({ name: 'old' }, { ...next, check }))
    expect(checked).toEqual([
      ['i-1', false],
      ['i-2', false],
    ])
  })
})

describe('the checkpoint of a rotation', () => {
  it('has the name of the new key pair first, then what it is, and then the instances', async () => {
    const saved: Checkpoint[] = []
    const { service } = smallCloud({ 'i-1': old })
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void saved.push(checkpoint)
    batchOf(await service.rotate({ name: 'old' }, { ...next, onCheckpoint }))
    expect(saved[0]).toEqual(checkpointOf([], { keyPair: { name: 'next' } }))
    expect(saved[1]).toEqual(checkpointOf([]))
    expect(saved.at(-1)).toEqual(checkpointOf([{ id: 'i-1', power: 'running', keyPair: shown('old'), step: 'done' }]))
  })

  it('that cannot be saved ends the rotation: before the import without effect, after it partially', async () => {
    for (const [fails, outcome, calls] of [
      [1, 'none', []],
      [2, 'partial', ['import next']],
    ] as const) {
      let saves = 0
      const onCheckpoint = async (): Promise<void> => {
        if ((saves += 1) === fails) throw new Error('no space left')
      }
      const { service, sent } = smallCloud({ 'i-1': old })
      const error = (await service.rotate({ name: 'old' }, { ...next, onCheckpoint }))._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'storage', outcome })
      if (outcome === 'partial') expect(error.hint).toBe('The new key pair exists. No instance has it yet.')
      expect(sent).toEqual(calls)
    }
  })
})

describe('a resumed rotation', () => {
  it('imports nothing, skips what is done, and changes the rest at once', async () => {
    const { service, sent } = withNext(smallCloud({ ...three, 'i-1': attached }))
    const resume = checkpointOf([done, waiting, { ...waiting, id: 'i-3' }])
    const batch = batchOf(await service.rotate({ name: 'old' }, { ...next, resume, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now', 'i-3 changed now'])
    expect(sent).toEqual(['attach i-2 i-3', 'reboot i-2 i-3', 'delete old'])
  })

  it('goes on without the replaced key pair if that is gone', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': attached }))
    cloud.keyPairs.delete('old')
    const resume = checkpointOf([done, { ...waiting, step: 'in-progress' }])
    const rotation = (await cloud.service.rotate({ name: 'old' }, { ...next, resume }))._unsafeUnwrap()
    expect(rotation.removed).toBe(true)
    expect(rotation.replaced).toBeUndefined()
    expect(fates(rotation.batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.sent).toEqual(['reboot i-2'])
  })

  it('leaves an instance without any of the two if the replaced key pair is gone', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': { keyPair: shown('other') } }))
    cloud.keyPairs.delete('old')
    const resume = checkpointOf([done, { ...waiting, step: 'done' }])
    const batch = batchOf(await cloud.service.rotate({ name: 'old' }, { ...next, resume }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 failed none conflict'])
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('the replaced key pair no longer exists'),
      hint: 'Attach the new key pair to the instance.',
    })
  })

  it.each([
    [
      'another new key pair',
      { keyPair: { name: 'another', id: 'kp-next' } },
      'another key pair: another kp-next, and not next',
    ],
    ['another replaced one', { replaced: shown('other') }, 'another key pair: other kp-other, and not old kp-old'],
    ['no replaced one', { replaced: undefined }, 'it does not name the replaced key pair'],
    ['another region', { region: 'there' }, 'another region: there, and not here'],
    ['another operation', { operation: 'attach' }, 'another operation'],
  ] as const)('refuses a checkpoint of %s', async (_, more, message) => {
    const { service, sent } = withNext(smallCloud(two))
    const { replaced, ...checkpoint } = checkpointOf([done])
    const resume = {
      ...checkpoint,
      ...('replaced' in more && more.replaced === undefined ? {} : { replaced }),
      ...more,
    }
    const error = (
      await service.rotate({ name: 'old' }, { ...next, resume: JSON.parse(JSON.stringify(resume)) })
    )._unsafeUnwrapErr()
    expect(error.outcome).toBe('none')
    expect(error.message).toContain(message)
    expect(sent).toEqual([])
  })

  it('refuses another key than the one that it began with', async () => {
    const { service, sent } = withNext(smallCloud(two))
    const options = { name: 'next', publicKey: anotherKey, resume: checkpointOf([done]) }
    const error = (await service.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    expect(error).toMatchObject({
      code: 'conflict',
      outcome: 'none',
      hint: 'Resume with the key that the rotation began with.',
    })
    expect(sent).toEqual([])
  })

  it('whose new key pair is gone starts what was stopped with the replaced one', async () => {
    const { service, sent, instances } = smallCloud(
      { 'i-1': { ...old, power: 'stopped' }, 'i-2': old },
      { power: ['stopped'] },
    )
    const resume = checkpointOf([{ ...done, step: 'in-progress' }, waiting])
    const rotated = await service.rotate({ name: 'old' }, { ...next, resume })
    expect(rotated._unsafeUnwrapErr()).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(rotated._unsafeUnwrapErr().hint).toContain('The new key pair was there before.')
    const batch = batchOf(rotated)
    expect(batch.failed.map(({ id, error }) => [id, error.code, error.outcome])).toEqual([['i-1', 'conflict', 'none']])
    expect(batch.leftStopped).toEqual([])
    expect(batch.failed[0]?.error.message).toContain('the new key pair in the checkpoint no longer exists')
    expect(instances.get('i-1')).toMatchObject({ power: 'running', ...old })
    expect(sent).toEqual(['start i-1'])
  })

  it('whose new key pair is gone and that had begun nothing is a plain conflict', async () => {
    const { service, sent } = smallCloud(two)
    const error = (
      await service.rotate({ name: 'old' }, { ...next, resume: checkpointOf([waiting]) })
    )._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.hint).toBe(
      'Check that the instances in the checkpoint are running, then rotate again without the checkpoint.',
    )
    expect(sent).toEqual([])
  })
})

describe('a new name that comes to mean another key', () => {
  /** Makes a cloud that goes by names alone, in which a stranger takes the name `next` after so many attaches. */
  const takenAfter = (attaches: number): SmallCloud => {
    let seen = 0
    const cloud: SmallCloud = smallCloud(three, { showsKeyPairId: false }, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity: ['name'], publicKey: true },
      doAttachKeyPair: async (request, context) => {
        const answer = await plain.doAttachKeyPair(request, context)
        seen += 1
        if (seen === attaches) cloud.keyPairs.set('next', { name: 'next', publicKey: anotherKey })
        return answer
      },
    }))
    for (const name of ['old', 'new', 'other']) cloud.keyPairs.set(name, { name })
    for (const [id, record] of cloud.instances) cloud.instances.set(id, { ...record, keyPair: { name: 'old' } })
    return cloud
  }

  it('is given to no further instance, and taken from those that got it', async () => {
    const { service, sent, instances } = takenAfter(1)
    const batch = batchOf(await service.rotate({ name: 'old' }, next))
    expect(batch.failed.map(({ id, error }) => [id, error.code, error.outcome])).toEqual([
      ['i-1', 'conflict', 'none'],
      ['i-2', 'conflict', 'none'],
      ['i-3', 'conflict', 'none'],
    ])
    expect(batch.failed[0]?.error.message).toContain('has another key than before')
    expect([...instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['old', 'old', 'old'])
    expect(sent).not.toContain('delete old')
  })

  it('keeps the replaced key pair if the last instance got the name before', async () => {
    const { service, sent, instances } = takenAfter(3)
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(error.hint).toContain('The new key pair was there before. Its name may mean another one now.')
    expect([...instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['old', 'old', 'old'])
    expect(sent).not.toContain('delete old')
  })
})

const material = await generateKeyPair({ keyType: 'ed25519' })

describe('a generated key', () => {
  const overCloud = ({ driver, clock }: SmallCloud): KeyPairService =>
    createKeyPairService(driver, { testing: { clock, random: () => 0.5, generateKeyPair: async () => material } })

  it('is saved before the import', async () => {
    const cloud = smallCloud({ 'i-1': old })
    const sentBefore: string[] = []
    let saved = ''
    const save = async (privateKey: Secret): Promise<void> => {
      sentBefore.push(...cloud.sent)
      saved = privateKey.reveal()
    }
    const rotation = (await overCloud(cloud).rotate({ name: 'old' }, { name: 'next', save }))._unsafeUnwrap()
    expect(rotation).toMatchObject({ removed: true, keyPair: { publicKey: material.publicKey.line } })
    expect([sentBefore, saved]).toEqual([[], material.privateKey.reveal()])
  })

  it('that cannot be saved is not imported', async () => {
    const cloud = smallCloud({ 'i-1': old })
    const save = (): Promise<void> => Promise.reject(new Error('no space left'))
    const error = (await overCloud(cloud).rotate({ name: 'old' }, { name: 'next', save }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
    expect(cloud.sent).toEqual([])
  })
})
