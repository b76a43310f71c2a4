import { type Harness, VirtualClock } from '@cloud-keypair/conformance'
import { canAttach, generateKeyPair, type KeyPairService, type KeyPairStore } from '@cloud-keypair/core'
import { describe, expect, it } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'
import { alibabaEnsSubject } from './ens-subject.js'

const seeds = [{ id: 'i-1', keyPair: 'old' }, { id: 'i-2', keyPair: 'old', power: 'stopped' }, { id: 'i-3' }] as const

async function harnessOf(subject: typeof alibabaEnsSubject, variant: string): Promise<Harness> {
  const clock = new VirtualClock()
  const generateInCloud = (): never => {
    throw new Error('Nothing is generated')
  }
  const harness = await subject.harness({ variant, clock, service: { clock, random: () => 0.5 }, generateInCloud })
  await harness.world.seedKeyPairs([{ name: 'old' }, { name: 'new' }])
  await harness.world.seedInstances(seeds)
  return harness
}

function serviceOf({ service }: { readonly service: KeyPairStore }): KeyPairService {
  if (!canAttach(service)) throw new Error('The cloud attaches')
  return service
}

async function instancesOf({ world }: Harness): Promise<readonly string[]> {
  const { instances } = await world.snapshot()
  return instances.map(({ id, power, bound, authorized }) => `${id} ${power} ${bound}/${authorized.join('+')}`)
}

const clouds = [
  ...alibabaEcsSubject.variants.map((variant) => [alibabaEcsSubject.name, variant, alibabaEcsSubject] as const),
  ...alibabaEnsSubject.variants.map((variant) => [alibabaEnsSubject.name, variant, alibabaEnsSubject] as const),
]

describe.each(clouds)('%s, %s', (_name, variant, subject) => {
  it('restarts what runs, and leaves what is stopped', async () => {
    await using harness = await harnessOf(subject, variant)
    const ids = seeds.map(({ id }) => id)
    const attached = await serviceOf(harness).attach({ name: 'new' }, ids, { takeEffect: 'now', maxUnavailable: 2 })
    expect(attached._unsafeUnwrap().items).toMatchObject([
      { id: 'i-1', changed: true, effect: 'now', replaced: { name: 'old' } },
      { id: 'i-2', changed: true, effect: 'at-next-start' },
      { id: 'i-3', changed: true, effect: 'now' },
    ])
    // Where a second change loses the first, the guest keeps the former key beside the new one.
    if (harness.facts.keepsDetached === true)
      return expect((await instancesOf(harness))[0]).toContain('i-1 running new/')
    expect(await instancesOf(harness)).toEqual(['i-1 running new/new', 'i-2 stopped new/old', 'i-3 running new/new'])
  })
})

describe.each([alibabaEcsSubject, alibabaEnsSubject])('$name', (subject) => {
  it('is rotated as it was planned', async () => {
    await using harness = await harnessOf(
      subject,
      subject.variants.find((variant) => variant === 'attach over another replaces it') ?? 'usual',
    )
    const { world } = harness
    const service = serviceOf(harness)
    await world.seedInstances([{ id: 'i-2', keyPair: 'old' }])
    const { publicKey } = await generateKeyPair({ bits: 2048 })
    const request = { operation: 'rotate', former: { name: 'old' }, name: 'next', publicKey: publicKey.line } as const
    const plan = (await service.plan(request))._unsafeUnwrap()
    await world.forgetCalls()
    const { rotation } = (await service.apply(plan))._unsafeUnwrap()
    expect(rotation).toMatchObject({ keyPair: { name: 'next' }, removed: true, pendingRestart: [] })
    const called = (await world.calls()).filter(({ mutating }) => mutating).map(({ call }) => call)
    expect(called.filter((call, index) => call !== 'delete' || called[index - 1] !== 'delete')).toEqual(
      plan.calls.map(({ call }) => call),
    )
    expect(await instancesOf(harness)).toEqual(['i-1 running next/next', 'i-2 running next/next', 'i-3 running null/'])
  })
})
