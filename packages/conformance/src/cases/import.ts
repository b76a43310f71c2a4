import assert from 'node:assert/strict'
import { collect } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { attaches, type Case, proves } from '../case-context.js'
import { errOf, firstKey, named, okOf, secondKey } from '../expect.js'
import { must } from '../must.js'

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

  proves('KP-IMPORT-05', 1, 'accepts underscores and hyphens in a name', async (context) => {
    const { publicKey } = firstKey(context)
    const name = 'ssh_key-pair_1'
    assert.equal(okOf(await context.service.import({ name, publicKey: publicKey.line })).name, name)
    assert.equal(named(await context.world.snapshot(), name).length, 1)
  }),

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
