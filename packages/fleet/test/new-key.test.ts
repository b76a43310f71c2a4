import { generateKeyPair } from '@cloud-keypair/core'
import { expect, it } from 'vitest'
import { publicKeyFor } from '../src/new-key.js'

it('a public key is taken without its comment, and a text that is none is refused', async () => {
  const { publicKey } = await generateKeyPair({ keyType: 'ed25519' })
  const given = { name: 'next', publicKey: `${publicKey.line} me@example\n` }
  expect((await publicKeyFor(given, undefined))._unsafeUnwrap()).toBe(publicKey.line)
  const refused = await publicKeyFor({ name: 'next', publicKey: 'nonsense' }, undefined)
  expect(refused._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-argument', hint: expect.any(String) })
})

it('a key of an earlier submission is used again, and none is made', async () => {
  const save = async (): Promise<void> => expect.unreachable('nothing is saved')
  expect((await publicKeyFor({ name: 'next', save }, 'ssh-ed25519 AAAA'))._unsafeUnwrap()).toBe('ssh-ed25519 AAAA')
})

it('a private key that cannot be saved is told without what was thrown', async () => {
  const save = async (): Promise<void> => {
    throw new Error('secret')
  }
  const failed = (await publicKeyFor({ name: 'next', save, keyType: 'ed25519' }, undefined))._unsafeUnwrapErr()
  expect(failed.code).toBe('storage')
  expect(failed.message).not.toContain('secret')
})
