import { VirtualClock } from '@cloud-keypair/conformance'
import { describe, expect, it } from 'vitest'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import type { KeyPairService } from '../../src/contract/service.js'
import { ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

const { capabilities } = stubDriver()
const deploy = { name: 'deploy', id: 'kp-1' }
const [one, other] = [
  { name: 'one', id: 'kp-2' },
  { name: 'other', id: 'kp-3' },
]

/** Makes a service over a cloud whose instances can have several key pairs, and are shown as they are given. */
function serviceOver(
  shown: Readonly<Record<string, Partial<InstanceRecord>>>,
  traits: Partial<InstanceCapabilities> = {},
): { readonly service: KeyPairService; readonly sent: string[] } {
  const sent: string[] = []
  const accept = (call: string) => async (request: { readonly instanceIds: readonly string[] }) => {
    sent.push(`${call} ${request.instanceIds.join()}`)
    return ok(request.instanceIds.map((id) => ({ id, ok: true }) as const))
  }
  const driver = stubDriver({
    capabilities: {
      ...capabilities,
      ...(capabilities.instances !== false && { instances: { ...capabilities.instances, ...traits } }),
    },
    doDescribeInstances: async (request) => {
      const ids = request.kind === 'exact' ? request.instanceIds : []
      const items = ids.flatMap((id) => (shown[id] ? [{ id, power: 'running', ...shown[id] } as const] : []))
      return ok({ items })
    },
    doAttachKeyPair: accept('attach'),
    doDetachKeyPair: accept('detach'),
  })
  const testing = { clock: new VirtualClock(), random: () => 0.5 }
  return { service: createKeyPairService(driver, { testing }), sent }
}

describe('an attach without a restart', () => {
  it('names every key pair that it replaces, and not the one that it attaches', async () => {
    const { service, sent } = serviceOver({
      'i-1': { keyPair: one },
      'i-2': { keyPair: deploy, alsoBound: [one] },
      'i-3': { keyPair: one, alsoBound: [deploy, other] },
      'i-4': {},
      'i-5': { keyPair: deploy },
    })
    const batch = (await service.attach(deploy, ['i-1', 'i-2', 'i-3', 'i-4', 'i-5']))._unsafeUnwrap()
    const changed = { status: 'succeeded', changed: true, effect: 'at-next-start' }
    expect(batch.items).toEqual([
      { id: 'i-1', ...changed, replaced: one },
      { id: 'i-2', ...changed, replaced: one },
      { id: 'i-3', ...changed, replaced: one, alsoReplaced: [other] },
      { id: 'i-4', ...changed },
      { id: 'i-5', ...changed, changed: false },
    ])
    expect(sent).toEqual(['attach i-1,i-2,i-3,i-4'])
    expect(batch.leftStopped).toEqual([])
    expect(batch).not.toHaveProperty('hint')
  })

  it('sends an instance that is given twice once, and returns an item for each', async () => {
    const { service, sent } = serviceOver({ 'i-1': {} })
    const { items } = (await service.attach(deploy, ['i-1', 'i-1']))._unsafeUnwrap()
    expect(items.map(({ id }) => id)).toEqual(['i-1', 'i-1'])
    expect(sent).toEqual(['attach i-1'])
  })

  it('sends no instance that the cloud does not list', async () => {
    const { service, sent } = serviceOver({ 'i-1': {} })
    const error = (await service.attach(deploy, ['i-1', 'i-gone']))._unsafeUnwrapErr()
    const batch = error.code === 'incomplete' ? error.details.batch : undefined
    expect(batch?.succeeded.map(({ id }) => id)).toEqual(['i-1'])
    expect(batch?.failed[0]).toMatchObject({ id: 'i-gone', error: { code: 'not-found', outcome: 'none' } })
    expect(sent).toEqual(['attach i-1'])
  })
})

describe('a detach without a restart', () => {
  it('warns that an instance may have no login left only if it changed one', async () => {
    const { service } = serviceOver({ 'i-1': { keyPair: deploy }, 'i-2': {} })
    const hint = 'An instance that was detached may have no login left: set a password, or attach another key pair.'
    const changed = (await service.detach(deploy, ['i-1', 'i-2']))._unsafeUnwrap()
    expect(changed.items).toEqual([
      { id: 'i-1', status: 'succeeded', changed: true, effect: 'at-next-start' },
      { id: 'i-2', status: 'succeeded', changed: false, effect: 'at-next-start' },
    ])
    expect(changed.hint).toBe(hint)
    expect((await service.detach(deploy, ['i-2']))._unsafeUnwrap()).not.toHaveProperty('hint')
  })

  it('has the warning in the error if another instance failed, and not if none was changed', async () => {
    const { service } = serviceOver({ 'i-1': { keyPair: deploy } })
    const hintOf = async (...ids: readonly string[]): Promise<string | undefined> => {
      const error = (await service.detach(deploy, ids))._unsafeUnwrapErr()
      return error.code === 'incomplete' ? error.details.batch.hint : 'another error'
    }
    expect(await hintOf('i-1', 'i-gone')).toContain('may have no login left')
    expect(await hintOf('i-gone')).toBeUndefined()
  })
})

describe('the bindings of instances', () => {
  it('are told in the order of the ids, with each key pair of an instance', async () => {
    const { service } = serviceOver({
      'i-1': { keyPair: one, alsoBound: [other], power: 'stopped' },
      'i-2': { keyPair: deploy },
      'i-3': { power: 'starting' },
    })
    expect((await service.bindings(['i-3', 'i-gone', 'i-1', 'i-2', 'i-3']))._unsafeUnwrap()).toEqual([
      { instanceId: 'i-3', status: 'vacant', power: 'starting' },
      { instanceId: 'i-gone', status: 'not-found' },
      { instanceId: 'i-1', status: 'bound', power: 'stopped', keyPair: one, alsoBound: [other] },
      { instanceId: 'i-2', status: 'bound', power: 'running', keyPair: deploy },
      { instanceId: 'i-3', status: 'vacant', power: 'starting' },
    ])
  })
})

describe('ids of instances', () => {
  it.each([
    ['an empty text', ['i-1', ''], 'at index 1'],
    ['a text that is too long', ['i'.repeat(257)], 'at index 0'],
    ['a control character', ['i-1', 'i-2', 'i\n3'], 'at index 2'],
  ] as const)('are refused before anything is sent: %s', async (_, ids, where) => {
    const { service, sent } = serviceOver({})
    for (const refused of [await service.attach(deploy, ids), await service.detach(deploy, ids)]) {
      const error = refused._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
      expect(error.message).toContain(where)
    }
    expect((await service.bindings(ids))._unsafeUnwrapErr().message).toContain(where)
    expect(sent).toEqual([])
  })

  it('of 256 characters are taken', async () => {
    const id = 'i'.repeat(256)
    const { service } = serviceOver({ [id]: {} })
    expect((await service.attach(deploy, [id])).isOk()).toBe(true)
  })
})
