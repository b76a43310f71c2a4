import assert from 'node:assert/strict'
import { collect, type KeyPair, md5Fingerprint, normalizeMd5, type Secret } from '@cloud-keypair/core'
import { type Case, proves, type Stage } from '../case.js'
import { coded, errOf, given, givenInstances, mutatingCalls, named, okOf } from '../expect.js'

function firstKey(stage: Stage): Stage['keys'][number] {
  const [key] = stage.keys
  assert(key !== undefined)
  return key
}

function secondKey(stage: Stage): Stage['keys'][number] {
  const [, key] = stage.keys
  assert(key !== undefined)
  return key
}

export const importCases: readonly Case[] = [
  proves(
    'KP-IMPORT-01',
    'puts exactly this key in the cloud, and verifies it where it can be compared',
    async (stage) => {
      const { publicKey } = firstKey(stage)
      const imported = okOf(
        await stage.service.import({ name: 'deploy', publicKey: `  ${publicKey.line}   some one@a host\r\n` }),
      )
      assert.equal(imported.name, 'deploy')
      assert.equal(imported.publicKey, publicKey.line)
      const [there, ...rest] = named(await stage.world.snapshot(), 'deploy')
      assert.equal(there?.publicKey, publicKey.line)
      assert.deepEqual(rest, [])
      const found = okOf(await stage.service.get(imported))
      const comparable =
        found.publicKey !== undefined || normalizeMd5(found.fingerprint ?? '') === md5Fingerprint(publicKey)
      assert.equal(imported.verified, comparable)
    },
  ),

  proves(
    'KP-IMPORT-02',
    'refuses a taken name, with the same key or another, and leaves it as it is',
    async (stage) => {
      const { publicKey } = firstKey(stage)
      okOf(await stage.service.import({ name: 'deploy', publicKey: publicKey.line }))
      const before = await stage.world.snapshot()
      for (const line of [publicKey.line, secondKey(stage).publicKey.line]) {
        const error = errOf(await stage.service.import({ name: 'deploy', publicKey: line }), 'already-exists')
        assert.equal(error.outcome, 'none')
      }
      assert.deepEqual(await stage.world.snapshot(), before)
    },
  ),

  proves(
    'KP-IMPORT-03',
    'refuses what is not one public key, before anything is sent, and quotes none of it',
    async (stage) => {
      const { privateKey, publicKey } = firstKey(stage)
      const [type = '', base64 = ''] = publicKey.line.split(' ')
      const bad = [
        '',
        'ssh-rsa',
        `${type} ${base64.slice(0, 40)}`,
        `${type} ${base64.slice(0, -4)}`,
        `${type} !!!${base64}`,
        `ssh-ed25519 ${base64}`,
        `from="10.0.0.0/8" ${publicKey.line}`,
        `${publicKey.line}\n${publicKey.line}`,
        privateKey.reveal(),
        'ssh-dss AAAAB3NzaC1kc3MAAACBAP',
        'x'.repeat(100_000),
      ]
      for (const text of bad) {
        const error = errOf(await stage.service.import({ name: 'deploy', publicKey: text }), 'invalid-argument')
        assert.equal(error.outcome, 'none')
        assert(!error.message.includes(base64.slice(50, 80)), 'an error must not quote the key')
      }
      assert.deepEqual(await stage.world.calls(), [])
    },
  ),

  proves('KP-IMPORT-04', 'refuses names that are names nowhere, before anything is sent', async (stage) => {
    const { publicKey } = firstKey(stage)
    const bad = [
      '',
      'a\nb',
      'a*',
      '\u0000',
      '\ud83d',
      'x'.repeat(129),
      'x'.repeat(stage.capabilities.name.maxLength + 1),
      '😀'.repeat(10_000),
    ]
    for (const name of bad) {
      const error = errOf(await stage.service.import({ name, publicKey: publicKey.line }), 'invalid-argument')
      assert(error.message.length < 1000, 'a message must not carry the whole of a long name')
    }
    assert.deepEqual(await stage.world.calls(), [])
  }),

  proves('KP-IMPORT-05', 'takes underscores and hyphens in a name', async (stage) => {
    const { publicKey } = firstKey(stage)
    const name = 'ssh_key-pair_1'
    assert.equal(okOf(await stage.service.import({ name, publicKey: publicKey.line })).name, name)
    assert.equal(named(await stage.world.snapshot(), name).length, 1)
  }),

  proves('KP-IMPORT-06', 'throws a TypeError for what a compiler would have refused', async (stage) => {
    const { service } = stage
    const misuses: readonly (() => void)[] = [
      () => void Reflect.apply(service.import, undefined, [{ name: 7, publicKey: null }]),
      () => void Reflect.apply(service.attach, undefined, [{ name: 'x' }, 'i-1']),
      () => void Reflect.apply(service.deleteMany, undefined, ['x']),
      () => void Reflect.apply(service.get, undefined, [{}]),
    ]
    for (const misuse of misuses) assert.throws(misuse, TypeError)
    assert.deepEqual(await stage.world.calls(), [])
  }),
]

export const createCases: readonly Case[] = [
  proves(
    'KP-CREATE-01',
    'saves the private key before anything is in the cloud, and puts its public half there',
    async (stage) => {
      const { privateKey, publicKey } = firstKey(stage)
      let saved: Secret | undefined
      const save = async (key: Secret): Promise<void> => {
        assert.deepEqual(
          (await stage.world.snapshot()).keyPairs,
          [],
          'nothing may be in the cloud before the key is saved',
        )
        saved = key
      }
      const created = okOf(await stage.service.create({ name: 'deploy', save }))
      assert.equal(saved?.reveal(), privateKey.reveal())
      assert.equal(created.publicKey, publicKey.line)
      assert.equal(named(await stage.world.snapshot(), 'deploy')[0]?.publicKey, publicKey.line)
    },
  ),

  proves('KP-CREATE-02', 'leaves nothing in the cloud where the private key cannot be saved', async (stage) => {
    const { privateKey } = firstKey(stage)
    const full = async (key: Secret): Promise<void> => {
      throw Object.assign(new Error(`ENOSPC: no space left, writing ${key.reveal()}`), { path: '/keys/deploy' })
    }
    const error = errOf(await stage.service.create({ name: 'deploy', save: full }), 'storage')
    assert.equal(error.outcome, 'none')
    assert.equal(error.details.path, '/keys/deploy')
    assert(!JSON.stringify([error.message, String(error.cause)]).includes(privateKey.reveal().slice(100, 140)))
    assert.deepEqual((await stage.world.snapshot()).keyPairs, [])
    assert.deepEqual(await mutatingCalls(stage), [])
  }),

  proves('KP-CREATE-03', 'saves nothing where the name is taken', async (stage) => {
    await given(stage, { name: 'deploy' })
    let saves = 0
    const save = async (): Promise<void> => {
      saves += 1
    }
    errOf(await stage.service.create({ name: 'deploy', save }), 'already-exists')
    assert.equal(saves, 0)
    assert.deepEqual(await mutatingCalls(stage), [])
  }),

  proves(
    'KP-CREATE-04',
    'takes up a key that an earlier run saved, whether or not it had come to the cloud',
    async (stage) => {
      const { privateKey, publicKey } = secondKey(stage)
      const save = Object.assign(
        async (): Promise<void> => assert.fail('a key that was loaded must not be saved again'),
        { load: async () => privateKey },
      )
      const first = okOf(await stage.service.create({ name: 'deploy', save }))
      assert.equal(first.publicKey, publicKey.line)
      const again = await stage.service.create({ name: 'deploy', save })
      if (first.verified) assert.equal(okOf(again).verified, true)
      else errOf(again, 'already-exists')
      assert.equal(named(await stage.world.snapshot(), 'deploy').length, 1)
    },
  ),
]

export const createInCloudCases: readonly Case[] = [
  {
    id: 'KP-CLOUD-01',
    title: 'returns the private key of what the cloud generated, or is unsupported without a request',
    run: async (stage) => {
      const result = await stage.service.createInCloud({ name: 'deploy' })
      if (!stage.capabilities.createInCloud) {
        errOf(result, 'unsupported')
        assert.deepEqual(await stage.world.calls(), [])
        return 'verified-unsupported'
      }
      const created = okOf(result)
      assert.match(created.privateKey.reveal(), /BEGIN (RSA )?PRIVATE KEY|^MII/)
      const there = named(await stage.world.snapshot(), 'deploy')[0]
      assert(created.publicKey === undefined || created.publicKey === there?.publicKey)
      assert.equal((await mutatingCalls(stage)).length, 1)
      return 'passed'
    },
  },
  {
    id: 'KP-CLOUD-02',
    title: 'is never sent again after an unanswered send, and says that the outcome is unknown',
    run: async (stage) => {
      if (!stage.capabilities.createInCloud) {
        errOf(await stage.service.createInCloud({ name: 'deploy' }), 'unsupported')
        return 'verified-unsupported'
      }
      for (const commit of [true, false]) {
        await stage.world.forgetCalls()
        await stage.world.fault({ on: 'create', kind: 'reset', commit })
        const result = await stage.service.createInCloud({ name: commit ? 'done' : 'lost' })
        assert(result.isErr())
        assert.equal(result.error.outcome, 'unknown')
        assert.equal(result.error.retry, 'after-check')
        assert.equal((await mutatingCalls(stage)).length, 1)
      }
      return 'passed'
    },
  },
  {
    id: 'KP-CLOUD-03',
    title: 'is sent again after a definite refusal for a passing reason',
    run: async (stage) => {
      if (!stage.capabilities.createInCloud) {
        errOf(await stage.service.createInCloud({ name: 'deploy' }), 'unsupported')
        return 'verified-unsupported'
      }
      await stage.world.fault({ on: 'create', kind: 'throttled', times: 2 })
      okOf(await stage.service.createInCloud({ name: 'deploy' }))
      assert.equal(named(await stage.world.snapshot(), 'deploy').length, 1)
      return 'passed'
    },
  },
]

export const readCases: readonly Case[] = [
  proves('KP-GET-01', 'gives the one key pair, by what it was returned as', async (stage) => {
    await given(stage, { name: 'deploy-2' })
    const keyPair = await given(stage, { name: 'deploy' })
    const found = okOf(await stage.service.get(keyPair))
    assert.deepEqual([found.name, found.id], ['deploy', keyPair.id])
  }),

  proves('KP-GET-02', 'is not-found for a name that only begins like one', async (stage) => {
    await given(stage, { name: 'deploy-2' })
    if (!stage.capabilities.identity.includes('name')) return
    const error = errOf(await stage.service.get({ name: 'deploy' }), 'not-found')
    assert.equal(error.outcome, 'none')
  }),

  {
    id: 'KP-GET-03',
    title: 'resolves ids and names as its capabilities say, and answers unsupported for the other without a request',
    run: async (stage) => {
      const keyPair = await given(stage, { name: 'deploy' })
      const { identity, name } = stage.capabilities
      const byName = await stage.service.get({ name: 'deploy' })
      const byId = await stage.service.get({ id: keyPair.id ?? 'kp-1' })
      if (identity.includes('name')) assert.equal(okOf(byName).name, 'deploy')
      else errOf(byName, 'unsupported')
      if (identity.includes('id')) assert.equal(okOf(byId).name, 'deploy')
      else errOf(byId, 'unsupported')
      assert.equal((await stage.world.calls()).length, identity.length)
      assert(name.maxLength > 0)
      return identity.length === 2 ? 'passed' : 'verified-unsupported'
    },
  },

  proves(
    'KP-GET-04',
    'is a conflict where several key pairs have the name, and says their ids; elsewhere there is never a second',
    async (stage) => {
      const { capabilities, facts, service } = stage
      if (!facts.namesRepeat || !capabilities.identity.includes('name')) {
        const { publicKey } = firstKey(stage)
        await given(stage, { name: 'twin' })
        if (facts.namesRepeat) errOf(await service.get({ name: 'twin' }), 'unsupported')
        else assert((await service.import({ name: 'twin', publicKey: publicKey.line })).isErr())
        return
      }
      const first = await given(stage, { name: 'twin' })
      await given(stage, { name: 'twin' })
      const error = errOf(await service.get({ name: 'twin' }), 'conflict')
      assert(first.id !== undefined && error.message.includes(first.id))
    },
  ),

  proves('KP-LIST-01', 'gives every key pair of every page, once', async (stage) => {
    const names = Array.from(
      { length: 2 * stage.capabilities.pageSize + 3 },
      (_, index) => `k-${String(index).padStart(5, '0')}`,
    )
    const { publicKey } = firstKey(stage)
    await stage.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const listed = okOf(await collect(stage.service.list(), { max: 5000 }))
    assert.deepEqual(listed.map(({ name }) => name).toSorted(), names)
    assert((await stage.world.calls()).filter((call) => call.call === 'list').length >= 3)
  }),

  proves('KP-LIST-02', 'matches the pattern against the whole name, and takes * alone as special', async (stage) => {
    const { publicKey } = firstKey(stage)
    const names = ['ci-1', 'ci-2', 'my-ci-1', 'ci', 'Ci-1', 'deploy-ci', 'c.-1']
    await stage.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const listed = async (namePattern: string): Promise<string[]> =>
      okOf(await collect(stage.service.list({ namePattern }), { max: 100 }))
        .map(({ name }) => name)
        .toSorted()
    assert.deepEqual(await listed('ci-*'), ['ci-1', 'ci-2'])
    assert.deepEqual(await listed('*ci*1'), ['ci-1', 'my-ci-1'])
    assert.deepEqual(await listed('*-ci'), ['deploy-ci'])
    assert.deepEqual(await listed('c.-1'), ['c.-1'])
    assert.deepEqual(await listed('*'), names.toSorted())
    assert.deepEqual(await listed('none*'), [])
  }),

  proves('KP-LIST-03', 'ends with one Err, and nothing after it', async (stage) => {
    const { publicKey } = firstKey(stage)
    const names = Array.from({ length: stage.capabilities.pageSize + 1 }, (_, index) => `k-${index}`)
    await stage.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    await stage.world.fault({ on: 'list', kind: 'denied', skip: 1 })
    const seen: string[] = []
    for await (const item of stage.service.list()) seen.push(item.isOk() ? 'ok' : item.error.code)
    assert.equal(seen.at(-1), 'permission-denied')
    assert.equal(seen.filter((code) => code !== 'ok').length, 1)
    assert.equal(seen.length, stage.capabilities.pageSize + 1)
  }),

  {
    id: 'KP-LIST-04',
    title: 'filters by tags, or is unsupported without a request',
    run: async (stage) => {
      const listed = collect(stage.service.list({ tags: { team: 'a' } }), { max: 10 })
      if (stage.capabilities.tags === 'none') {
        errOf(await listed, 'unsupported')
        assert.deepEqual(await stage.world.calls(), [])
        return 'verified-unsupported'
      }
      assert.deepEqual(okOf(await listed), [])
      await given(stage, { name: 'mine', tags: { team: 'a', env: 'x' } })
      await given(stage, { name: 'theirs', tags: { team: 'b' } })
      await given(stage, { name: 'bare' })
      const found = okOf(await collect(stage.service.list({ tags: { team: 'a' } }), { max: 10 }))
      assert.deepEqual(
        found.map(({ name, tags }) => [name, tags]),
        [['mine', { team: 'a', env: 'x' }]],
      )
      return 'passed'
    },
  },

  proves('KP-LIST-05', 'filters by MD5 fingerprint, colons and case aside', async (stage) => {
    const { publicKey } = firstKey(stage)
    await given(stage, { name: 'other', publicKey: secondKey(stage).publicKey.line })
    const keyPair = await given(stage, { name: 'deploy', publicKey: publicKey.line })
    const md5 = md5Fingerprint(publicKey)
    const written = `MD5:${md5.toUpperCase().match(/../g)?.join(':') ?? ''}`
    const found = okOf(await collect(stage.service.list({ fingerprint: written }), { max: 10 }))
    assert.deepEqual(
      found.map(({ name }) => name),
      keyPair.publicKey !== undefined || normalizeMd5(keyPair.fingerprint ?? '') === md5 ? ['deploy'] : [],
    )
    errOf(await collect(stage.service.list({ fingerprint: 'SHA256:abc' }), { max: 10 }), 'invalid-argument')
  }),

  proves('KP-USAGES-01', 'names every instance that has the key pair bound, and no other', async (stage) => {
    await given(stage, { name: 'deploy-2' })
    const keyPair = await given(stage, { name: 'deploy' })
    const ids = await givenInstances(stage, 250, { keyPair: 'deploy' })
    await givenInstances(stage, 5, { keyPair: 'deploy-2', prefix: 'other' })
    await givenInstances(stage, 5, { prefix: 'vacant' })
    const usages = okOf(await collect(stage.service.usages(keyPair), { max: 1000 }))
    assert.deepEqual(usages.map(({ instanceId }) => instanceId).toSorted(), ids)
    for (const { power, knownBy } of usages) {
      assert(power === 'running' || power === 'stopped')
      assert.equal(knownBy === 'id' || knownBy === 'name', true)
    }
  }),
]

export const updateCases: readonly Case[] = [
  {
    id: 'KP-UPDATE-01',
    title: 'merges tags: sets, removes with null, and leaves the others; or is unsupported without a request',
    run: async (stage) => {
      const able = stage.capabilities.tags === 'any-time'
      const keyPair = await given(
        stage,
        able ? { name: 'deploy', tags: { keep: '1', change: '1', drop: '1' } } : { name: 'deploy' },
      )
      await given(stage, able ? { name: 'other', tags: { keep: 'x' } } : { name: 'other' })
      const result = await stage.service.update(keyPair, { tags: { change: '2', drop: null, add: '' } })
      if (!able) {
        errOf(result, 'unsupported')
        assert.deepEqual(await stage.world.calls(), [])
        return 'verified-unsupported'
      }
      const tags = { keep: '1', change: '2', add: '' }
      assert.deepEqual(okOf(result).tags, tags)
      await stage.world.settle()
      const after = await stage.world.snapshot()
      assert.deepEqual(named(after, 'deploy')[0]?.tags, tags)
      assert.deepEqual(named(after, 'other')[0]?.tags, { keep: 'x' })
      return 'passed'
    },
  },
  {
    id: 'KP-UPDATE-02',
    title: 'changes and clears the description, or is unsupported without a request',
    run: async (stage) => {
      const able = stage.capabilities.description === 'any-time'
      const keyPair = await given(stage, able ? { name: 'deploy', description: 'before' } : { name: 'deploy' })
      for (const description of ['after', '']) {
        const result = await stage.service.update(keyPair, { description })
        if (!able) {
          errOf(result, 'unsupported')
          assert.deepEqual(await stage.world.calls(), [])
          return 'verified-unsupported'
        }
        assert.equal(okOf(result).description, description)
        assert.equal(named(await stage.world.snapshot(), 'deploy')[0]?.description, description)
      }
      return 'passed'
    },
  },
  {
    id: 'KP-UPDATE-03',
    title: 'keeps metadata given at creation, and answers unsupported for what the cloud cannot keep',
    run: async (stage) => {
      const { publicKey } = firstKey(stage)
      const { capabilities, service, world } = stage
      let unsupported = 0
      const fields = {
        description: { description: 'made by a test' },
        tags: { tags: { team: 'a' } },
        group: { group: stage.facts.group },
      } as const
      for (const field of ['description', 'tags', 'group'] as const) {
        await world.forgetCalls()
        const result = await service.import({ name: `with-${field}`, publicKey: publicKey.line, ...fields[field] })
        if (capabilities[field] === 'none') {
          errOf(result, 'unsupported')
          assert(result.isErr() && result.error.message.includes(field), 'the error must name the field')
          assert.deepEqual(await world.calls(), [])
          unsupported += 1
        } else {
          okOf(result)
          const there = named(await world.snapshot(), `with-${field}`)[0]
          assert.deepEqual(there?.[field], Object.values(fields[field])[0])
        }
      }
      return unsupported > 0 ? 'verified-unsupported' : 'passed'
    },
  },
  proves('KP-UPDATE-04', 'is not-found for a key pair that is gone', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    okOf(await stage.service.delete(keyPair))
    const { description, tags } = stage.capabilities
    if (description === 'any-time') errOf(await stage.service.update(keyPair, { description: 'x' }), 'not-found')
    else if (tags === 'any-time') errOf(await stage.service.update(keyPair, { tags: { a: 'b' } }), 'not-found')
    else errOf(await stage.service.get(keyPair), 'not-found')
  }),
]

export const deleteCases: readonly Case[] = [
  proves('KP-DELETE-01', 'deletes the key pair, and no other', async (stage) => {
    await given(stage, { name: 'deploy-2' })
    const keyPair = await given(stage, { name: 'deploy' })
    assert.equal(okOf(await stage.service.delete(keyPair)).changed, true)
    assert.deepEqual(
      (await stage.world.snapshot()).keyPairs.map(({ name }) => name),
      ['deploy-2'],
    )
  }),

  proves('KP-DELETE-02', 'is a success without a change where there is no such key pair', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    okOf(await stage.service.delete(keyPair))
    assert.equal(okOf(await stage.service.delete(keyPair)).changed, false)
  }),

  proves('KP-DELETE-03', 'refuses a key pair in use, names who uses it, and deletes nothing', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    const ids = await givenInstances(stage, 3, { keyPair: 'deploy' })
    const error = errOf(await stage.service.delete(keyPair), 'in-use')
    assert.deepEqual(error.details, { instanceIds: ids, more: false })
    assert.equal(error.outcome, 'none')
    assert.equal(named(await stage.world.snapshot(), 'deploy').length, 1)
  }),

  proves('KP-DELETE-04', 'names 100 users of a key pair at most, and says that there are more', async (stage) => {
    const keyPair = await given(stage, { name: 'deploy' })
    await givenInstances(stage, 130, { keyPair: 'deploy' })
    const error = errOf(await stage.service.delete(keyPair), 'in-use')
    assert.equal(new Set(error.details.instanceIds).size, 100)
    assert.equal(error.details.more, true)
  }),

  proves(
    'KP-DELETE-05',
    'of many, tells of each, in order, duplicates included, and deletes what it can',
    async (stage) => {
      const used = await given(stage, { name: 'used' })
      const free = await given(stage, { name: 'free' })
      const gone = await given(stage, { name: 'gone' })
      await givenInstances(stage, 1, { keyPair: 'used' })
      okOf(await stage.service.delete(gone))
      const result = await stage.service.deleteMany([used, free, gone, free])
      const { batch } = errOf(result, 'incomplete').details
      assert.deepEqual(
        batch.items.map(({ status }) => status),
        ['failed', 'succeeded', 'succeeded', 'succeeded'],
      )
      const [failed] = batch.failed
      assert(failed !== undefined)
      coded(failed.error, 'in-use')
      assert.deepEqual(
        (await stage.world.snapshot()).keyPairs.map(({ name }) => name),
        ['used'],
      )
    },
  ),

  proves('KP-DELETE-06', 'of many, keeps the limit of a call', async (stage) => {
    const { publicKey } = firstKey(stage)
    const names = Array.from({ length: stage.capabilities.delete.items * 2 + 1 }, (_, index) => `k-${index}`)
    await stage.world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const keyPairs: readonly KeyPair[] = okOf(await collect(stage.service.list(), { max: 1000 }))
    const batch = okOf(await stage.service.deleteMany(keyPairs))
    assert.equal(batch.succeeded.length, names.length)
    for (const call of await mutatingCalls(stage)) assert(call.items.length <= stage.capabilities.delete.items)
    assert.deepEqual((await stage.world.snapshot()).keyPairs, [])
  }),
]
