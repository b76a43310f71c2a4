import assert from 'node:assert/strict'
import type { CreateInCloudOptions, KeyPairError, ResultAsync } from '@cloud-keypair/core'
import { type Case, decides, proves } from '../case-context.js'
import { errOf, firstKey, given, named, okOf, remove } from '../expect.js'
import { must } from '../must.js'
import { isChangeable } from '../changeable.js'

export const updateCases: readonly Case[] = [
  decides(
    'KP-UPDATE-01',
    9,
    'merges tags: sets, removes with null, and leaves the others; or is unsupported without a request',
    async (context) => {
      const able = isChangeable(context.capabilities.tags)
      const keyPair = await given(
        context,
        able ? { name: 'deploy', tags: { keep: '1', change: '1', drop: '1' } } : { name: 'deploy' },
      )
      await given(context, able ? { name: 'other', tags: { keep: 'x' } } : { name: 'other' })
      const result = await context.service.update(keyPair, { tags: { change: '2', drop: null, add: '' } })
      if (!able) {
        errOf(result, 'unsupported')
        assert.deepEqual(await context.world.calls(), [])
        return 'verified-unsupported'
      }
      const tags = { keep: '1', change: '2', add: '' }
      assert.deepEqual(okOf(result).tags, tags)
      await context.world.settle()
      const after = await context.world.snapshot()
      assert.deepEqual(named(after, 'deploy')[0]?.tags, tags)
      assert.deepEqual(named(after, 'other')[0]?.tags, { keep: 'x' })
      return 'passed'
    },
  ),
  decides(
    'KP-UPDATE-02',
    9,
    'changes and clears the description, or is unsupported without a request',
    async (context) => {
      const able = isChangeable(context.capabilities.description)
      const keyPair = await given(context, able ? { name: 'deploy', description: 'before' } : { name: 'deploy' })
      for (const description of ['after', '']) {
        const result = await context.service.update(keyPair, { description })
        if (!able) {
          errOf(result, 'unsupported')
          assert.deepEqual(await context.world.calls(), [])
          return 'verified-unsupported'
        }
        assert.equal(okOf(result).description, description)
        assert.equal(named(await context.world.snapshot(), 'deploy')[0]?.description, description)
      }
      return 'passed'
    },
  ),
  decides(
    'KP-UPDATE-03',
    9,
    'keeps metadata given at creation, and answers unsupported for what the cloud cannot keep',
    async (context) => {
      const { publicKey } = firstKey(context)
      const { capabilities, service, world } = context
      let unsupported = 0
      const fields = {
        description: { description: 'made by a test' },
        tags: { tags: { team: 'a', env: 'ci' } },
        group: { group: context.facts.group },
      } as const
      const createsInCloud = service.createInCloud.bind(service)
      const ways: readonly ((options: CreateInCloudOptions) => ResultAsync<unknown, KeyPairError>)[] = [
        (options) => service.import({ ...options, publicKey: publicKey.line }),
        (options) => service.create({ ...options, bits: 2048, save: async () => {} }),
        ...(capabilities.createInCloud ? [createsInCloud] : []),
      ]
      for (const field of ['description', 'tags', 'group'] as const) {
        for (const [index, make] of ways.entries()) {
          await world.forgetCalls()
          const name = `with${field}${index}`
          const result = await make({ name, ...fields[field] })
          const inOneCall = make === createsInCloud && capabilities[field] === 'after-creation'
          if (capabilities[field] === 'none' || inOneCall) {
            errOf(result, 'unsupported')
            must(result.isErr() && result.error.message.includes(field), 'the error must name the field')
            assert.deepEqual(await world.calls(), [])
            unsupported += 1
          } else {
            okOf(result)
            const there = named(await world.snapshot(), name)[0]
            assert.deepEqual(there?.[field], Object.values(fields[field])[0])
            await remove(context, name)
          }
        }
      }
      return unsupported > 0 ? 'verified-unsupported' : 'passed'
    },
  ),
  proves('KP-UPDATE-04', 4, 'is not-found for a deleted key pair', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    okOf(await context.service.delete(keyPair))
    const { description, tags } = context.capabilities
    if (isChangeable(description)) errOf(await context.service.update(keyPair, { description: 'x' }), 'not-found')
    else if (isChangeable(tags)) errOf(await context.service.update(keyPair, { tags: { a: 'b' } }), 'not-found')
    else errOf(await context.service.get(keyPair), 'not-found')
  }),

  decides('KP-UPDATE-05', 9, 'removes every given tag', async (context) => {
    const able = isChangeable(context.capabilities.tags)
    const tags = { first: '1', second: '2', third: '3', keep: '4' }
    const keyPair = await given(context, able ? { name: 'deploy', tags } : { name: 'deploy' })
    const result = await context.service.update(keyPair, { tags: { first: null, second: null, third: null } })
    if (!able) {
      errOf(result, 'unsupported')
      return 'verified-unsupported'
    }
    assert.deepEqual(okOf(result).tags, { keep: '4' })
    await context.world.settle()
    assert.deepEqual(named(await context.world.snapshot(), 'deploy')[0]?.tags, { keep: '4' })
    return 'passed'
  }),
]
