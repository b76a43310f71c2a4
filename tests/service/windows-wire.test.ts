import { createKeyPairService } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { subjects } from '../crash/subjects.js'
import { inTestCloud, referenceTo } from '../crash/test-cloud.js'
import { testKeys } from '../support/test-keys.js'

const fit = ['i-1', 'i-2']
const unfit = ['i-windows-1', 'i-windows-2', 'i-windows-3']
const ids = [...unfit.slice(0, 2), ...fit, ...unfit.slice(2)]

// No document says that ENS refuses Windows.
const showing = subjects.filter(({ name }) => ['alibaba-ecs', 'volcengine', 'tencent'].includes(name))
const takeEffects = ['next-restart', 'now'] as const
const rows = showing.flatMap((subject) => takeEffects.map((takeEffect) => ({ subject, takeEffect })))

test.each(rows)('$subject.name: no attach with effect $takeEffect sends an instance that runs Windows', async (row) => {
  const { subject, takeEffect } = row
  const [variant = ''] = subject.variants
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world, driver, options, harness } = cloud
    expect(harness.facts.refuses).toContain('windows')
    await world.seedKeyPairs([{ name: 'new' }])
    const { instances } = driver.capabilities
    const changesRunning = instances !== false && instances.power.includes('running')
    const power = takeEffect === 'now' || changesRunning ? 'running' : 'stopped'
    await world.seedInstances([
      ...fit.map((id) => ({ id, power }) as const),
      ...unfit.map((id) => ({ id, power, kind: 'windows' }) as const),
    ])
    const reference = await referenceTo(cloud, 'new')
    await world.forgetCalls()
    const attached = await createKeyPairService(driver, options).attach(reference, ids, { takeEffect })
    const error = attached._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const { items } = error.details.batch
    expect(items.map(({ id, status }) => [id, status])).toEqual(
      ids.map((id) => [id, fit.includes(id) ? 'succeeded' : 'failed']),
    )
    for (const item of items) {
      if (item.status === 'failed') expect(item.error).toMatchObject({ code: 'instance-unsupported', outcome: 'none' })
    }
    const sent = (await world.calls()).filter(({ mutating }) => mutating).flatMap((call) => call.items)
    expect(new Set(sent)).toEqual(new Set(fit))
  })
})
