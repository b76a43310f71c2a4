import assert from 'node:assert/strict'
import { collect, type KeyPair } from '@cloud-keypair/core'
import { md5Forms, normalizeMd5 } from '@cloud-keypair/core/driver'
import { attaches, type Case, decides, proves } from '../case-context.js'
import { errOf, firstKey, given, givenInstances, okOf, pageOf, pagesOf, secondKey, usablePower } from '../expect.js'
import { must } from '../must.js'
import { meaningfulCharacters, nameOf } from '../names.js'

export const readCases: readonly Case[] = [
  proves('KP-GET-01', 11, 'returns the key pair by the reference that a list returned', async (context) => {
    const keyPairs = [await given(context, { name: 'deploy2' }), await given(context, { name: 'deploy' })]
    for (const keyPair of keyPairs) {
      const found = okOf(await context.service.get(keyPair))
      assert.deepEqual([found.name, found.id], [keyPair.name, keyPair.id])
    }
  }),

  proves('KP-GET-02', 11, 'is not-found for the beginning of a name', async (context) => {
    await given(context, { name: 'deploy2' })
    if (!context.capabilities.identity.includes('name')) return
    const error = errOf(await context.service.get({ name: 'deploy' }), 'not-found')
    assert.equal(error.outcome, 'none')
  }),

  decides(
    'KP-GET-03',
    9,
    'resolves ids and names as its capabilities say, and answers unsupported for the other without a request',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const { identity, name } = context.capabilities
      const byName = await context.service.get({ name: 'deploy' })
      const byId = await context.service.get({ id: keyPair.id ?? 'kp-1' })
      if (identity.includes('name')) assert.equal(okOf(byName).name, 'deploy')
      else errOf(byName, 'unsupported')
      if (identity.includes('id')) assert.equal(okOf(byId).name, 'deploy')
      else errOf(byId, 'unsupported')
      assert.equal((await context.world.calls()).length, identity.length)
      must(name.maxLength > 0)
      return identity.length === 2 ? 'passed' : 'verified-unsupported'
    },
  ),

  proves('KP-GET-05', 1, 'is not-found, as a value, for a deleted key pair', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    okOf(await context.service.delete(keyPair))
    assert.equal(errOf(await context.service.get(keyPair), 'not-found').outcome, 'none')
  }),

  proves('KP-GET-04', 6, 'is a conflict with the ids of all if several key pairs have the name', async (context) => {
    const { capabilities, facts, service } = context
    if (!facts.namesRepeat || !capabilities.identity.includes('name')) {
      const { publicKey } = firstKey(context)
      await given(context, { name: 'twin' })
      if (facts.namesRepeat) errOf(await service.get({ name: 'twin' }), 'unsupported')
      else must((await service.import({ name: 'twin', publicKey: publicKey.line })).isErr())
      return
    }
    const first = await given(context, { name: 'twin' })
    await given(context, { name: 'twin' })
    const error = errOf(await service.get({ name: 'twin' }), 'conflict')
    must(first.id !== undefined && error.message.includes(first.id))
  }),

  proves('KP-GET-06', 11, 'takes no character of a name for more than itself', async (context) => {
    const { capabilities, service, world } = context
    const other = await given(context, { name: 'dexploy' })
    await givenInstances(context, 1, { keyPair: 'dexploy', prefix: 'other' })
    for (const [index, character] of meaningfulCharacters(capabilities.name).entries()) {
      const name = `de${character}ploy`
      const isExact = character !== '*'
      const byName = isExact && capabilities.identity.includes('name')
      // A `*` is never taken for part of a name, and an id is needed for such a key pair.
      if (!isExact && !capabilities.identity.includes('id')) continue
      if (byName) errOf(await service.get({ name }), 'not-found')
      await world.seedKeyPairs([{ name }])
      const users = await givenInstances(context, 1, { keyPair: name, prefix: `i${index}` })
      const listed = okOf(await collect(service.list({ namePattern: `de${isExact ? character : ''}*` }), { max: 10 }))
      const keyPair = listed.find((one) => one.name === name)
      must(keyPair !== undefined, `a list with the pattern of ${name} lacks it`)
      for (const reference of [keyPair, ...(byName ? [{ name }] : [])])
        assert.equal(okOf(await service.get(reference)).name, name)
      const usages = okOf(await collect(service.usages(keyPair), { max: 10 }))
      assert.deepEqual(
        usages.map(({ instanceId }) => instanceId),
        users,
        `the users of ${name}`,
      )
    }
    assert.equal(okOf(await service.get(other)).name, 'dexploy')
  }),

  proves('KP-LIST-01', 3, 'gives every key pair of every page, once', async (context) => {
    const names = Array.from(
      { length: 2 * pageOf(context.capabilities) + 3 },
      (_, index) => `k${String(index).padStart(5, '0')}`,
    )
    const { publicKey } = firstKey(context)
    await context.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const listed = okOf(await collect(context.service.list(), { max: 5000 }))
    assert.deepEqual(listed.map(({ name }) => name).toSorted(), names)
    const pages = (await context.world.calls()).filter(({ call }) => call === 'list').length
    must(pages >= pagesOf(context.capabilities, names.length))
  }),

  proves(
    'KP-LIST-07',
    3,
    'reads each page once',
    async (context) => {
      const { capabilities, service, world } = context
      const names = Array.from(
        { length: 5 * pageOf(capabilities) + 1 },
        (_, index) => `k${String(index).padStart(5, '0')}`,
      )
      const { publicKey } = firstKey(context)
      await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
      assert.equal(okOf(await collect(service.list(), { max: names.length })).length, names.length)
      const pages = (await world.calls()).filter(({ call }) => call === 'list').length
      assert.equal(pages, pagesOf(capabilities, names.length))
    },
    ['thousands'],
  ),

  proves('KP-LIST-02', 11, 'matches the pattern against the whole name, and only * is special', async (context) => {
    const { publicKey } = firstKey(context)
    const fitted = (name: string): string => nameOf(context.capabilities.name, name)
    const names = ['ci-1', 'ci-2', 'my-ci-1', 'ci', 'Ci-1', 'deploy-ci', 'c.-1'].map(fitted)
    await context.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const listed = async (namePattern: string): Promise<string[]> =>
      okOf(await collect(context.service.list({ namePattern: fitted(namePattern) }), { max: 100 }))
        .map(({ name }) => name)
        .toSorted()
    assert.deepEqual(await listed('ci-*'), ['ci-1', 'ci-2'].map(fitted))
    assert.deepEqual(await listed('*ci*1'), ['ci-1', 'my-ci-1'].map(fitted))
    assert.deepEqual(await listed('*-ci'), ['deploy-ci'].map(fitted))
    assert.deepEqual(await listed('c.-1'), ['c.-1'].map(fitted))
    assert.deepEqual(await listed('*'), names.toSorted())
    assert.deepEqual(await listed('none*'), [])
  }),

  proves(
    'KP-LIST-03',
    1,
    'ends with one Err, and nothing after it',
    async (context) => {
      const { publicKey } = firstKey(context)
      const { capabilities } = context
      const names = Array.from({ length: pageOf(capabilities) + 1 }, (_, index) => `k${index}`)
      await context.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
      const before = pagesOf(capabilities, names.length) - 1
      await context.world.fault({ on: 'list', kind: 'denied', skip: before })
      const seen: string[] = []
      for await (const item of context.service.list()) seen.push(item.isOk() ? 'ok' : item.error.code)
      assert.equal(seen.at(-1), 'permission-denied')
      assert.equal(seen.filter((code) => code !== 'ok').length, 1)
      assert.equal(seen.length, before * pageOf(capabilities) + 1)
    },
    ['denied'],
  ),

  proves(
    'KP-LIST-10',
    3,
    'loses nothing if the cloud cuts a page short and says that more follow',
    async (context) => {
      const { capabilities, service, world } = context
      const used = await given(context, { name: 'used' })
      const others: KeyPair[] = []
      for (const name of ['k1', 'k2', 'k3']) others.push(await given(context, { name }))
      const hasPages = capabilities.pageSize !== Infinity
      if (hasPages) await world.fault({ on: 'list', kind: 'short', items: 1 })
      const listed = okOf(await collect(service.list(), { max: 10 }))
      assert.deepEqual(listed.map(({ name }) => name).toSorted(), ['k1', 'k2', 'k3', 'used'])

      const ids = await givenInstances(context, 3, { keyPair: 'used' })
      await world.fault({ on: 'list-instances', kind: 'short', items: 1 })
      const usages = okOf(await collect(service.usages(used), { max: 10 }))
      assert.deepEqual(usages.map(({ instanceId }) => instanceId).toSorted(), ids)
      if (attaches(service)) {
        const vacant = await givenInstances(context, 3, { prefix: 'vacant' })
        await world.fault({ on: 'read-instances', kind: 'short', items: 1 })
        okOf(await service.attach(used, vacant))
      }

      if (hasPages && capabilities.lookup.items > 1) await world.fault({ on: 'lookup', kind: 'short', items: 1 })
      const deleted = okOf(await service.deleteMany(others))
      assert.deepEqual(
        deleted.items.map((item) => item.status === 'succeeded' && item.changed),
        [true, true, true],
      )
    },
    ['short'],
  ),

  ...(
    [
      ['KP-LIST-11', 1, 'loses nothing else if the last key pair of a page is deleted before the next page is read'],
      ['KP-LIST-12', 2, 'gives nothing twice if the last key pair of a later page is deleted before the next is read'],
    ] as const
  ).map(([id, pages, title]) =>
    proves(id, 3, title, async (context) => {
      const { capabilities, service, world } = context
      const last = pages * pageOf(capabilities)
      const names = Array.from({ length: last + 2 }, (_, index) => `k${String(index).padStart(5, '0')}`)
      const { publicKey } = firstKey(context)
      await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
      const listed: string[] = []
      for await (const item of service.list()) {
        const keyPair = okOf(item)
        listed.push(keyPair.name)
        if (listed.length === last) okOf(await service.delete(keyPair))
      }
      assert.deepEqual(listed.toSorted(), names)
    }),
  ),

  decides('KP-LIST-04', 9, 'filters by tags, or is unsupported without a request', async (context) => {
    const listed = collect(context.service.list({ tags: { team: 'a' } }), { max: 10 })
    if (context.capabilities.tags === 'none') {
      errOf(await listed, 'unsupported')
      assert.deepEqual(await context.world.calls(), [])
      return 'verified-unsupported'
    }
    assert.deepEqual(okOf(await listed), [])
    await given(context, { name: 'mine', tags: { team: 'a', env: 'x' } })
    await given(context, { name: 'theirs', tags: { team: 'b' } })
    await given(context, { name: 'bare' })
    const found = okOf(await collect(context.service.list({ tags: { team: 'a' } }), { max: 10 }))
    assert.deepEqual(
      found.map(({ name, tags }) => [name, tags]),
      [['mine', { team: 'a', env: 'x' }]],
    )
    return 'passed'
  }),

  decides('KP-LIST-08', 9, 'filters by a tag with an empty value, or is unsupported', async (context) => {
    const { capabilities, service } = context
    const listed = (): ReturnType<typeof collect<KeyPair>> => collect(service.list({ tags: { bare: '' } }), { max: 10 })
    if (capabilities.tags === 'none') {
      errOf(await listed(), 'unsupported')
      return 'verified-unsupported'
    }
    await given(context, { name: 'mine', tags: { bare: '', team: 'a' } })
    await given(context, { name: 'theirs', tags: { bare: 'x' } })
    await given(context, { name: 'untagged' })
    assert.deepEqual(
      okOf(await listed()).map(({ name, tags }) => [name, tags]),
      [['mine', { bare: '', team: 'a' }]],
    )
    return 'passed'
  }),

  decides('KP-LIST-09', 9, 'filters by every one of many tags, or is unsupported', async (context) => {
    const { capabilities, service } = context
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, `v${index}`]))
    const listed = (): ReturnType<typeof collect<KeyPair>> => collect(service.list({ tags }), { max: 10 })
    if (capabilities.tags === 'none') {
      errOf(await listed(), 'unsupported')
      return 'verified-unsupported'
    }
    await given(context, { name: 'mine', tags: { ...tags, more: 'x' } })
    await given(context, { name: 'theirs', tags: { ...tags, t11: 'other' } })
    assert.deepEqual(
      okOf(await listed()).map(({ name }) => name),
      ['mine'],
    )
    return 'passed'
  }),

  decides('KP-LIST-06', 9, 'filters by group, or is unsupported without a request', async (context) => {
    const { capabilities, facts, service, world } = context
    const listed = (): ReturnType<typeof collect<KeyPair>> => collect(service.list({ group: facts.group }), { max: 10 })
    if (capabilities.group === 'none') {
      errOf(await listed(), 'unsupported')
      assert.deepEqual(await world.calls(), [])
      return 'verified-unsupported'
    }
    await given(context, { name: 'mine', group: facts.group })
    await given(context, { name: 'theirs' })
    assert.deepEqual(
      okOf(await listed()).map(({ name, group }) => [name, group]),
      [['mine', facts.group]],
    )
    return 'passed'
  }),

  proves(
    'KP-LIST-05',
    11,
    'filters by MD5 fingerprint in every form of the key, colons and case aside',
    async (context) => {
      const { publicKey } = firstKey(context)
      await given(context, { name: 'other', publicKey: secondKey(context).publicKey.line })
      const keyPair = await given(context, { name: 'deploy', publicKey: publicKey.line })
      const recorded = normalizeMd5(keyPair.fingerprint ?? '')
      for (const md5 of new Set([...md5Forms(publicKey), recorded])) {
        if (md5 === undefined) continue
        const written = `MD5:${md5.toUpperCase().match(/../g)?.join(':') ?? ''}`
        const found = okOf(await collect(context.service.list({ fingerprint: written }), { max: 10 }))
        // Without the public key, nobody can tell that a fingerprint in another form is of the same key.
        const expected = keyPair.publicKey !== undefined || recorded === md5 ? ['deploy'] : []
        assert.deepEqual(
          found.map(({ name }) => name),
          expected,
        )
      }
      errOf(await collect(context.service.list({ fingerprint: 'SHA256:abc' }), { max: 10 }), 'invalid-argument')
    },
  ),

  proves('KP-USAGES-01', 3, 'names every instance that has the key pair bound, and no other', async (context) => {
    await given(context, { name: 'deploy2' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 250, { keyPair: 'deploy' })
    await givenInstances(context, 5, { keyPair: 'deploy2', prefix: 'other' })
    await givenInstances(context, 5, { prefix: 'vacant' })
    const usages = okOf(await collect(context.service.usages(keyPair), { max: 1000 }))
    assert.deepEqual(usages.map(({ instanceId }) => instanceId).toSorted(), ids)
    for (const { power, matchedBy } of usages) {
      must(power === 'running' || power === 'stopped')
      assert.equal(matchedBy === 'id' || matchedBy === 'name', true)
    }
  }),

  proves(
    'KP-USAGES-02',
    3,
    'reads one page for each 100 instances that the cloud filters, and the key pair once',
    async (context) => {
      const { service, world, facts } = context
      const keyPair = await given(context, { name: 'deploy' })
      for (const [count, prefix] of [
        [0, 'none'],
        [1, 'one'],
        [204, 'many'],
      ] as const) {
        await givenInstances(context, count, { keyPair: 'deploy', prefix })
        await world.forgetCalls()
        const usages = okOf(await collect(service.usages(keyPair), { max: 1000 }))
        const pages = Math.max(1, Math.ceil(usages.length / (facts.instancesAPage ?? 100)))
        must((await world.calls()).length <= pages + 1, `${usages.length} usages take ${pages + 1} calls at most`)
      }
    },
  ),

  proves(
    'KP-USAGES-03',
    4,
    'tells of each user if it runs, and if it shows the key pair by id or by name',
    async (context) => {
      const { service, capabilities } = context
      const keyPair = await given(context, { name: 'deploy' })
      const [running = ''] = await givenInstances(context, 1, {
        keyPair: 'deploy',
        power: 'running',
        prefix: 'running',
      })
      const [stopped = ''] = await givenInstances(context, 1, {
        keyPair: 'deploy',
        power: 'stopped',
        prefix: 'stopped',
      })
      const usages = okOf(await collect(service.usages(keyPair), { max: 10 }))
      assert.deepEqual(
        new Map(usages.map(({ instanceId, power }) => [instanceId, power])),
        new Map([
          [running, 'running'],
          [stopped, 'stopped'],
        ]),
      )
      if (capabilities.instances === false) return
      const told = capabilities.instances.showsKeyPairId ? 'id' : 'name'
      for (const { matchedBy } of usages) assert.equal(matchedBy, told, 'a name may have been used before')
    },
  ),

  ...(
    [
      ['KP-USAGES-04', 'terminated', 'names no instance that was terminated, whatever key pair its record shows'],
      ['KP-USAGES-05', 'other-user', 'names no instance of another user, whatever key pair it shows'],
    ] as const
  ).map(([id, apart, title]) =>
    proves(
      id,
      4,
      title,
      async (context) => {
        const { service, world } = context
        const keyPair = await given(context, { name: 'deploy' })
        await world.seedInstances([
          { id: 'i-apart', power: usablePower(context), keyPair: 'deploy', apart },
          { id: 'i-own', power: usablePower(context), keyPair: 'deploy' },
        ])
        const usages = okOf(await collect(service.usages(keyPair), { max: 10 }))
        assert.deepEqual(
          usages.map(({ instanceId }) => instanceId),
          ['i-own'],
        )
      },
      [apart],
    ),
  ),

  proves(
    'KP-USAGES-06',
    3,
    'finds the users behind a page with instances of another user alone',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      await world.seedInstances([{ id: 'i-0', power: usablePower(context), keyPair: 'deploy', apart: 'other-user' }])
      const [own] = await givenInstances(context, 1, { keyPair: 'deploy', prefix: 'j' })
      await world.fault({ on: 'list-instances', kind: 'short', items: 1 })
      const usages = okOf(await collect(service.usages(keyPair), { max: 10 }))
      assert.deepEqual(
        usages.map(({ instanceId }) => instanceId),
        [own],
      )
    },
    ['other-user', 'short'],
  ),
]
