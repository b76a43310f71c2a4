import assert from 'node:assert/strict'
import { collect } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { attaches, type Case, decides, proves } from '../case-context.js'
import { errOf, firstKey, isComparable, named, okOf, secondKey } from '../expect.js'
import { must } from '../must.js'
import { nameOf, namesOfEveryKind, undocumentedCharacters } from '../names.js'

export const importCases: readonly Case[] = [
  proves(
    'KP-IMPORT-01',
    11,
    'imports exactly this key, and verifies it if the cloud lets keys be compared',
    async (context) => {
      const { publicKey } = firstKey(context)
      const imported = okOf(
        await context.service.import({ name: 'deploy', publicKey: `  ${publicKey.line}   some one@a host\r\n` }),
      )
      assert.equal(imported.name, 'deploy')
      assert.equal(imported.publicKey, publicKey.line)
      const [there, ...rest] = named(await context.world.snapshot(), 'deploy')
      assert.equal(there?.publicKey, publicKey.line)
      assert.deepEqual(rest, [])
      const found = okOf(await context.service.get(imported))
      const comparable = found.publicKey !== undefined || sameFingerprint(found.fingerprint, publicKey) === 'same'
      assert.equal(imported.verified, comparable)
    },
  ),

  proves(
    'KP-IMPORT-02',
    6,
    'refuses a taken name, with the same key or another, and leaves the key pair alone',
    async (context) => {
      const { publicKey } = firstKey(context)
      okOf(await context.service.import({ name: 'deploy', publicKey: publicKey.line }))
      const before = await context.world.snapshot()
      for (const line of [publicKey.line, secondKey(context).publicKey.line]) {
        const error = errOf(await context.service.import({ name: 'deploy', publicKey: line }), 'already-exists')
        assert.equal(error.outcome, 'none')
      }
      assert.deepEqual(await context.world.snapshot(), before)
    },
  ),

  proves(
    'KP-IMPORT-03',
    1,
    'refuses a text that is not one public key, before anything is sent, without quoting it',
    async (context) => {
      const { privateKey, publicKey } = firstKey(context)
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
        const error = errOf(await context.service.import({ name: 'deploy', publicKey: text }), 'invalid-argument')
        assert.equal(error.outcome, 'none')
        must(!error.message.includes(base64.slice(50, 80)), 'an error must not quote the key')
      }
      assert.deepEqual(await context.world.calls(), [])
    },
  ),

  proves('KP-IMPORT-04', 1, 'refuses names that no cloud accepts, before anything is sent', async (context) => {
    const { publicKey } = firstKey(context)
    const bad = [
      '',
      'a\nb',
      'a*',
      '\u0000',
      '\ud83d',
      'x'.repeat(context.capabilities.name.maxLength + 1),
      '😀'.repeat(10_000),
    ]
    for (const name of bad) {
      const error = errOf(await context.service.import({ name, publicKey: publicKey.line }), 'invalid-argument')
      must(error.message.length < 1000, 'a message must not carry the whole of a long name')
    }
    assert.deepEqual(await context.world.calls(), [])
  }),

  proves('KP-IMPORT-07', 1, 'refuses a text that is not Unicode, before anything is sent', async (context) => {
    const { service } = context
    const half = '\ud83d'
    const options = { name: 'deploy', publicKey: firstKey(context).publicKey.line }
    for (const odd of [{ description: half }, { group: half }, { tags: { [half]: 'a' } }, { tags: { a: half } }]) {
      assert.equal(errOf(await service.import({ ...options, ...odd }), 'invalid-argument').outcome, 'none')
      errOf(await service.update({ name: 'deploy', id: 'kp-1' }, odd), 'invalid-argument')
    }
    for (const odd of [{ namePattern: `${half}*` }, { group: half }, { tags: { a: half } }]) {
      errOf(await collect(service.list(odd), { max: 10 }), 'invalid-argument')
    }
    assert.deepEqual(await context.world.calls(), [])
  }),

  proves('KP-IMPORT-05', 1, 'accepts names of every character that the cloud documents', async (context) => {
    for (const name of [
      nameOf(context.capabilities.name, 'ssh_key-pair_1'),
      ...namesOfEveryKind(context.capabilities.name),
    ]) {
      const imported = okOf(await context.service.import({ name, publicKey: firstKey(context).publicKey.line }))
      assert.equal(imported.name, name)
      assert.equal(named(await context.world.snapshot(), name).length, 1)
      okOf(await context.service.delete(imported))
    }
  }),

  decides(
    'KP-IMPORT-08',
    9,
    'refuses a name with a character that the cloud does not document, before anything is sent',
    async ({ capabilities: { name }, service, world, keys: [key] }) => {
      must(key !== undefined)
      const publicKey = key.publicKey.line
      const bad = undocumentedCharacters(name).map((character) => `k${character}k`)
      if (name.allows !== 'any') bad.push(' k', 'k ')
      for (const odd of bad) {
        assert.equal(errOf(await service.import({ name: odd, publicKey }), 'invalid-argument').outcome, 'none')
        assert.equal(errOf(await service.ensure({ name: odd, publicKey }), 'invalid-argument').outcome, 'none')
      }
      assert.deepEqual(await world.calls(), [])
      return name.allows === 'any' ? 'verified-unsupported' : 'passed'
    },
  ),

  decides(
    'KP-IMPORT-09',
    11,
    'names the key pair that has the public key, if the cloud takes each key once',
    async (context) => {
      const { capabilities, service, world } = context
      const { publicKey } = firstKey(context)
      if (!capabilities.keys.unique) return 'verified-unsupported'
      const first = okOf(await service.import({ name: 'first', publicKey: publicKey.line }))
      const before = await world.snapshot()
      for (const make of [service.import, service.ensure]) {
        const error = errOf(await make({ name: 'second', publicKey: publicKey.line }), 'already-exists')
        assert.equal(error.outcome, 'none')
        if (isComparable(okOf(await service.get(first))))
          must(error.message.includes('first'), 'the error must name it')
      }
      assert.deepEqual(await world.snapshot(), before)
      return 'passed'
    },
  ),

  decides(
    'KP-IMPORT-10',
    4,
    'is partial if metadata that the cloud takes only after creation could not be set, and ensure sets it',
    async (context) => {
      const { capabilities, facts, service, world } = context
      const values = { description: { description: 'x' }, tags: { tags: { a: 'b' } }, group: { group: facts.group } }
      const field = (['description', 'tags', 'group'] as const).find((one) => capabilities[one] === 'after-creation')
      if (field === undefined) return 'verified-unsupported'
      const wanted = { name: 'deploy', publicKey: firstKey(context).publicKey.line, ...values[field] }
      await world.fault({ on: 'update', kind: 'denied' })
      const error = errOf(await service.import(wanted), 'permission-denied')
      assert.equal(error.outcome, 'partial')
      const [there] = named(await world.snapshot(), 'deploy')
      must(there !== undefined, 'the key pair must be there')
      okOf(await service.ensure(wanted))
      const [after] = named(await world.snapshot(), 'deploy')
      assert.deepEqual(after?.[field], Object.values(values[field])[0])
      return 'passed'
    },
    ['denied'],
  ),

  proves('KP-IMPORT-06', 1, 'throws a TypeError for what a compiler would have refused', async (context) => {
    const { service } = context
    const misuses: (() => void)[] = [
      () => void Reflect.apply(service.import, undefined, [{ name: 7, publicKey: null }]),
      () => void Reflect.apply(service.deleteMany, undefined, ['x']),
      () => void Reflect.apply(service.get, undefined, [{}]),
    ]
    if (attaches(service)) misuses.push(() => void Reflect.apply(service.attach, undefined, [{ name: 'x' }, 'i-1']))
    for (const misuse of misuses) assert.throws(misuse, TypeError)
    assert.deepEqual(await context.world.calls(), [])
  }),
]
