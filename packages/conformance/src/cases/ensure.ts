import assert from 'node:assert/strict'
import { type EnsureOptions, md5Fingerprint } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { type Case, decides, proves, type CaseContext } from '../case-context.js'
import { errOf, firstKey, given, isComparable, mutatingCalls, named, okOf, remove, secondKey } from '../expect.js'
import { must } from '../must.js'
import { unansweredIn } from './fault-kinds.js'

export const ensureCases: readonly Case[] = [
  proves(
    'KP-ENSURE-01',
    11,
    'imports the key if no key pair has the name; the second run changes nothing and sends no change',
    async (context) => {
      const { service, world } = context
      const wanted = wantedOf(context)
      const first = okOf(await service.ensure(wanted))
      assert.deepEqual([first.changed, first.publicKey, first.duplicates], [true, wanted.publicKey, []])
      const comparable = isComparable(okOf(await service.get(first)))
      assert.equal(first.verified, comparable, '`verified` says whether the keys were compared')
      await world.forgetCalls()
      const second = okOf(await service.ensure(wanted))
      assert.deepEqual(
        [second.changed, second.id, second.verified, second.duplicates],
        [false, first.id, comparable, []],
        'the second run finds what the first one left',
      )
      assert.deepEqual(await mutatingCalls(context), [], 'the second run asks for no change')
      assert.deepEqual(keysOf(await world.snapshot(), 'deploy'), [wanted.publicKey])
    },
  ),

  proves(
    'KP-ENSURE-02',
    11,
    'another key under the name is a conflict with both fingerprints, and nothing is changed',
    async (context) => {
      const { service, world } = context
      const theirs = secondKey(context).publicKey
      const keyPair = await given(context, { name: 'deploy', publicKey: theirs.line })
      const comparable = isComparable(okOf(await service.get(keyPair)))
      const before = await world.snapshot()
      await world.forgetCalls()
      const result = await service.ensure(wantedOf(context))
      if (comparable) {
        const error = errOf(result, 'conflict')
        assert.equal(error.outcome, 'none')
        assert.equal(error.details.expected, md5Fingerprint(firstKey(context).publicKey), 'our fingerprint is told')
        assert.equal(sameFingerprint(error.details.actual, theirs), 'same', 'the fingerprint of their key is told')
      } else {
        const { changed, verified } = okOf(result)
        assert.deepEqual({ changed, verified }, { changed: false, verified: false })
      }
      assert.deepEqual(await mutatingCalls(context), [], 'nothing is deleted, and nothing replaced')
      assert.deepEqual(await world.snapshot(), before)
    },
  ),

  decides(
    'KP-ENSURE-04',
    10,
    'merges tags: sets, removes with null, and leaves the others; the second run changes nothing',
    async (context) => {
      const { capabilities, service, world } = context
      const wanted = { ...wantedOf(context), tags: { change: '2', drop: null, add: '' } }
      if (capabilities.tags === 'none') {
        must(errOf(await service.ensure(wanted), 'unsupported').message.includes('tags'), 'the error names the field')
        assert.deepEqual(await world.calls(), [])
        return 'verified-unsupported'
      }
      await given(context, {
        name: 'deploy',
        publicKey: wanted.publicKey,
        tags: { keep: '1', change: '1', drop: '1' },
      })
      const before = await world.snapshot()
      const result = await service.ensure(wanted)
      if (capabilities.tags === 'at-creation') {
        const error = errOf(result, 'unsupported')
        must(error.message.includes('tags'), 'the error names the field')
        assert.equal(error.outcome, 'none')
        assert.deepEqual(await world.snapshot(), before)
        return 'verified-unsupported'
      }
      const tags = { keep: '1', change: '2', add: '' }
      assert.deepEqual([okOf(result).changed, okOf(result).tags], [true, tags])
      await world.settle()
      assert.deepEqual(named(await world.snapshot(), 'deploy')[0]?.tags, tags)
      await world.forgetCalls()
      assert.equal(okOf(await service.ensure(wanted)).changed, false)
      assert.deepEqual(await mutatingCalls(context), [])
      return 'passed'
    },
  ),

  decides(
    'KP-ENSURE-05',
    9,
    'imports with metadata, and is unsupported without a request for metadata that the cloud cannot keep',
    async (context) => {
      const { capabilities, service, world, facts } = context
      const given = { description: 'made by a test', tags: { team: 'a' }, group: facts.group } as const
      let unsupported = 0
      for (const field of ['description', 'tags', 'group'] as const) {
        await world.forgetCalls()
        const name = `with${field}`
        const wanted = { ...wantedOf(context), name, [field]: given[field] }
        const result = await service.ensure(wanted)
        if (capabilities[field] === 'none') {
          must(errOf(result, 'unsupported').message.includes(field), 'the error names the field')
          assert.deepEqual(await world.calls(), [])
          unsupported += 1
          continue
        }
        assert.equal(okOf(result).changed, true)
        assert.deepEqual(named(await world.snapshot(), name)[0]?.[field], given[field], `the ${field} is kept`)
        assert.equal(okOf(await service.ensure(wanted)).changed, false, `the ${field} is so already`)
        await remove(context, name)
      }
      return unsupported > 0 ? 'verified-unsupported' : 'passed'
    },
  ),

  proves(
    'KP-ENSURE-06',
    4,
    'ten callers at once all get the same key pair; with unique names one of them made it, and it is the only one',
    async (context) => {
      const { service, world, facts } = context
      const callers = context.usual || facts.namesRepeat ? 10 : 4
      // Half of them import a moment later than the others.
      await world.fault({ on: 'import', kind: 'throttled', times: callers / 2 })
      const wanted = wantedOf(context)
      const all = await Promise.all(Array.from({ length: callers }, () => service.ensure(wanted)))
      const ensured = all.map(okOf)
      assert.equal(new Set(ensured.map(({ id, name }) => id ?? name)).size, 1, 'all get the same one')
      const there = keysOf(await world.snapshot(), 'deploy')
      for (const key of there) assert.equal(key, wanted.publicKey)
      const changed = ensured.filter((one) => one.changed).length
      // A caller with an unclear refusal may be the one that made the key pair.
      if (facts.tellsTaken === false) must(changed >= there.length, 'who changed something says so')
      else assert.equal(changed, there.length, 'as many say that they changed something as did')
      if (!facts.namesRepeat) assert.equal(there.length, 1)
      const kinds = new Set((await mutatingCalls(context)).map(({ call }) => call))
      assert.deepEqual([...kinds], ['import'], 'nothing is deleted')
      await world.settle()
      await world.forgetCalls()
      const after = okOf(await service.ensure(wanted))
      assert.equal(after.id, ensured[0]?.id, 'whoever comes later gets the same one')
      assert.equal(after.duplicates.length, there.length - 1, 'the others are told')
      assert.deepEqual(await mutatingCalls(context), [])
    },
    ['throttled'],
  ),

  proves(
    'KP-ENSURE-07',
    6,
    'among namesakes returns one that has the key, lists the others that have it, and removes none',
    async (context) => {
      const { service, world, facts } = context
      const wanted = wantedOf(context)
      const mine = await given(context, { name: 'deploy', publicKey: wanted.publicKey })
      if (facts.namesRepeat) {
        await given(context, { name: 'deploy', publicKey: secondKey(context).publicKey.line })
        await given(context, { name: 'deploy', publicKey: wanted.publicKey })
      }
      const before = await world.snapshot()
      const first = okOf(await service.ensure(wanted))
      const second = okOf(await service.ensure(wanted))
      assert.equal(first.changed, false)
      assert.equal(second.id, first.id, 'it is the same one each time')
      const others = isComparable(mine) ? 1 : 2
      assert.equal(first.duplicates.length, facts.namesRepeat ? others : 0)
      must(!first.duplicates.some(({ id }) => id === first.id))
      assert.deepEqual(await mutatingCalls(context), [])
      assert.deepEqual(await world.snapshot(), before)
    },
  ),

  proves(
    'KP-ENSURE-08',
    4,
    'an unanswered import ends with one key pair, or with an unknown outcome that a second run repairs',
    async (context) => {
      const { service, world, capabilities } = context
      for (const [index, fault] of unansweredIn(context).entries()) {
        const wanted = { ...wantedOf(context), name: `ensure${index}` }
        await world.fault({ on: 'import', ...fault })
        const result = await service.ensure(wanted)
        await world.settle()
        const after = `after ${JSON.stringify(fault)}`
        if (result.isErr()) assert.equal(result.error.outcome, 'unknown', `${after}: ${result.error.message}`)
        if (capabilities.name.unique || capabilities.idempotencyToken) must(result.isOk(), `it is settled ${after}`)
        okOf(await service.ensure(wanted))
        assert.deepEqual(keysOf(await world.snapshot(), wanted.name), [wanted.publicKey], `one key pair ${after}`)
        await remove(context, wanted.name)
      }
    },
    ['reset', 'silence', 'server-error', 'garbled', 'late'],
  ),

  proves(
    'KP-ENSURE-09',
    4,
    'imports once if reads show the key pair only later',
    async (context) => {
      const { service, world } = context
      const wanted = wantedOf(context)
      await world.setReadLag(5_000)
      assert.equal(okOf(await service.ensure(wanted)).changed, true)
      assert.equal(okOf(await service.ensure(wanted)).changed, false)
      assert.deepEqual(keysOf(await world.snapshot(), 'deploy'), [wanted.publicKey])
    },
    ['read-lag'],
  ),

  proves('KP-ENSURE-10', 1, 'refuses a bad name and a bad public key, before anything is sent', async (context) => {
    const wanted = wantedOf(context)
    for (const bad of [{ name: 'a*' }, { name: '' }, { publicKey: 'ssh-rsa' }, { publicKey: '' }]) {
      assert.equal(errOf(await context.service.ensure({ ...wanted, ...bad }), 'invalid-argument').outcome, 'none')
    }
    assert.throws(
      () => void Reflect.apply(context.service.ensure, undefined, [{ ...wanted, tags: { a: 1 } }]),
      TypeError,
    )
    assert.deepEqual(await context.world.calls(), [])
  }),
]

function wantedOf(context: CaseContext): EnsureOptions {
  return { name: 'deploy', publicKey: firstKey(context).publicKey.line }
}

function keysOf(snapshot: Parameters<typeof named>[0], name: string): readonly string[] {
  return named(snapshot, name).map(({ publicKey }) => publicKey)
}
