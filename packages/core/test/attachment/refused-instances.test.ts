import { VirtualClock } from '@cloud-keypair/conformance'
import { describe, expect, it } from 'vitest'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { ItemFailure, InstanceRecord, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, fates, smallCloud } from '../small-cloud.js'
import { stubDriver } from '../stub-driver.js'

/** Makes a cloud with one instance, `i-1`, that refuses each change of its key pair with a failure. */
function cloudOf(
  shown: Partial<InstanceRecord>,
  { refusal, ...traits }: Partial<InstanceCapabilities> & { readonly refusal?: ItemFailure } = {},
): { readonly driver: KeyPairDriver; readonly sent: string[] } {
  const sent: string[] = []
  const { capabilities } = stubDriver()
  const change = (call: string) => async (request: { readonly instanceIds: readonly string[] }) => {
    sent.push(call)
    return ok(
      request.instanceIds.map((id) =>
        refusal === undefined ? ({ id, ok: true } as const) : ({ id, ok: false, failure: refusal } as const),
      ),
    )
  }
  const driver = stubDriver({
    capabilities: {
      ...capabilities,
      ...(capabilities.instances !== false && { instances: { ...capabilities.instances, ...traits } }),
    },
    doDescribeInstances: async () => ok({ items: [{ id: 'i-1', power: 'running', ...shown }] }),
    doAttachKeyPair: change('attach'),
    doDetachKeyPair: change('detach'),
  })
  return { driver, sent }
}

/** Returns the error of `i-1` after an attach or a detach of the key pair `deploy`, and the calls that were sent. */
async function errorOf(
  operation: 'attach' | 'detach',
  { driver, sent }: ReturnType<typeof cloudOf>,
  options: { readonly onlyIfVacant?: boolean } = {},
): Promise<{ readonly error: object; readonly sent: readonly string[] }> {
  const service = createKeyPairService(driver, { testing: { clock: new VirtualClock(), random: () => 0.5 } })
  const done =
    operation === 'attach'
      ? await service.attach({ name: 'deploy' }, ['i-1'], options)
      : await service.detach({ name: 'deploy' }, ['i-1'])
  const error = done._unsafeUnwrapErr()
  const [item] = error.code === 'incomplete' ? error.details.batch.failed : []
  if (item === undefined) throw new Error('The instance did not fail')
  const { code, outcome, hint, details, message } = item.error
  return { error: { code, outcome, hint, details, message }, sent }
}

const other = { name: 'other', id: 'kp-2' }
const unknown: ItemFailure = { code: 'unknown', message: 'the cloud refused it', transient: false }

describe('an attach without a restart', () => {
  it('sends no instance that can have no key pair', async () => {
    const { error, sent } = await errorOf('attach', cloudOf({ unsupported: 'Windows takes no key pairs' }))
    expect(error).toMatchObject({
      code: 'instance-unsupported',
      outcome: 'none',
      hint: 'Windows takes no key pairs. Leave this instance out.',
    })
    expect(sent).toEqual([])
  })

  it('does not refuse an instance that has the key pair already, whatever its power state', async () => {
    const cloud = smallCloud(
      { 'i-1': { keyPair: { name: 'new', id: 'kp-new' } }, 'i-2': {} },
      { power: ['stopped'], perItemVerdicts: false },
    )
    const batch = batchOf(await cloud.service.attach({ name: 'new' }, ['i-1', 'i-2']))
    expect(fates(batch)).toEqual(['i-1 unchanged at-next-start', 'i-2 failed none instance-state'])
    expect(cloud.sent).toEqual([])
  })

  it('names the key pair that it would replace, with onlyIfVacant', async () => {
    const cloud = cloudOf({ keyPair: other })
    const { error, sent } = await errorOf('attach', cloud, { onlyIfVacant: true })
    expect(error).toMatchObject({
      code: 'conflict',
      outcome: 'none',
      details: { actual: 'other' },
      message: expect.stringContaining('the key pair "other" is bound to the instance'),
    })
    expect(sent).toEqual([])
  })

  it.each([
    ['that may not replace', 'undocumented', { keyPair: other }],
    ['that refuses to replace', false, { keyPair: other }],
  ] as const)('says what to detach if a cloud %s refuses it without a reason', async (_, replaces, shown) => {
    const { error, sent } = await errorOf('attach', cloudOf(shown, { replaces, refusal: unknown }))
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none', details: { actual: 'other' } })
    expect(error).toHaveProperty('hint', 'Detach "other" first: this cloud may not replace a key pair.')
    expect(sent).toEqual(['attach'])
  })

  it.each([
    ['a cloud that replaces', { replaces: true, refusal: unknown }, { keyPair: other }],
    ['an instance without a key pair', { replaces: false, refusal: unknown }, {}],
  ] as const)('does not guess the reason of a refusal: %s', async (_, traits, shown) => {
    expect((await errorOf('attach', cloudOf(shown, traits))).error).toMatchObject({ code: 'unknown', hint: undefined })
  })

  it('is sent to an instance without a key pair, with onlyIfVacant', async () => {
    const cloud = cloudOf({}, { refusal: { code: 'quota-exceeded', message: 'too many', transient: false } })
    const { error, sent } = await errorOf('attach', cloud, { onlyIfVacant: true })
    expect(error).toMatchObject({ code: 'quota-exceeded', outcome: 'none' })
    expect(sent).toEqual(['attach'])
  })

  it('keeps the reason that the cloud gives, in a wrong power state too', async () => {
    const refusal: ItemFailure = { code: 'quota-exceeded', message: 'too many', transient: false }
    const { error } = await errorOf('attach', cloudOf({ power: 'running' }, { power: ['stopped'], refusal }))
    expect(error).toMatchObject({ code: 'quota-exceeded', outcome: 'none', details: {} })
  })

  it('does not blame the power state for a refusal in a right one', async () => {
    const cloud = cloudOf({ power: 'stopped' }, { power: ['stopped'], refusal: unknown })
    expect((await errorOf('attach', cloud)).error).toMatchObject({ code: 'unknown', hint: undefined })
  })

  it('keeps the reason that the cloud gives', async () => {
    const refusal: ItemFailure = { code: 'quota-exceeded', message: 'too many', transient: false }
    const { error } = await errorOf('attach', cloudOf({ keyPair: other }, { replaces: false, refusal }))
    expect(error).toMatchObject({ code: 'quota-exceeded', outcome: 'none' })
  })

  it('takes a refusal without a reason for one of the power state, if the cloud changes no instance in that state', async () => {
    const cloud = cloudOf({ power: 'stopping' }, { power: ['stopped'], refusal: unknown })
    const { error, sent } = await errorOf('attach', cloud)
    expect(error).toMatchObject({
      code: 'instance-state',
      details: { power: 'stopping', allowed: ['stopped'] },
      hint: 'Try again when the instance is stopped.',
    })
    expect(sent).toEqual(['attach'])
  })

  it('sends no instance in a wrong power state if it would make the cloud refuse the others', async () => {
    const cloud = cloudOf({ power: 'running' }, { power: ['stopped'], perItemVerdicts: false })
    const { error, sent } = await errorOf('attach', cloud)
    expect(error).toMatchObject({ code: 'instance-state', details: { power: 'running', allowed: ['stopped'] } })
    expect(sent).toEqual([])
  })
})

describe('a detach without a restart', () => {
  it('names the other key pair that is bound', async () => {
    const { error, sent } = await errorOf('detach', cloudOf({ keyPair: other }))
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none', details: { actual: 'other' } })
    expect(error).toHaveProperty('hint', 'Detach the key pair that is bound.')
    expect(sent).toEqual([])
  })

  it('names by its id a key pair that the cloud shows without a name', async () => {
    const { error } = await errorOf('detach', cloudOf({ keyPair: { id: 'kp-2' } }))
    expect(error).toMatchObject({
      details: { actual: 'kp-2' },
      message: expect.stringContaining('another key pair, "kp-2", is'),
    })
  })

  it('leaves an instance that has other key pairs too', async () => {
    const cloud = cloudOf({ keyPair: { name: 'deploy', id: 'kp-1' }, alsoBound: [other] })
    const { error, sent } = await errorOf('detach', cloud)
    expect(error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('"other" is bound to the instance too'),
    })
    expect(error).toHaveProperty('hint', 'Attach the key pair that the instance is to keep, which replaces all others.')
    expect(sent).toEqual([])
  })

  it('does not blame the key pair that it detaches for a refusal', async () => {
    const cloud = cloudOf({ keyPair: { name: 'deploy', id: 'kp-1' } }, { replaces: false, refusal: unknown })
    expect((await errorOf('detach', cloud)).error).toMatchObject({ code: 'unknown', hint: undefined })
  })
})

it('is unknown if the answer says of one instance that it was attached and that it was refused', async () => {
  const { service } = smallCloud({ 'i-1': {} }, {}, () => ({
    doAttachKeyPair: async () =>
      ok([
        { id: 'i-1', ok: true },
        { id: 'i-1', ok: false, failure: { code: 'permission-denied', message: 'no', transient: false } },
      ]),
  }))
  expect(fates(batchOf(await service.attach({ name: 'new' }, ['i-1'])))).toEqual([
    'i-1 unknown unknown invalid-response',
  ])
})
