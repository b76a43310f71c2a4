import type { SavePrivateKey } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
import { settingOf, type Setting } from './variant.js'
import { rsaKey } from '../support/rsa-keys.js'

const mine = rsaKey()
const other = rsaKey(1)
const another = rsaKey(2)

const refusing: SavePrivateKey = () => Promise.reject(new Error('nothing is to be saved'))
const saved: SavePrivateKey = Object.assign(() => refusing(mine.privateKey), { load: async () => mine.privateKey })

async function withNamesakes(...publicKeys: readonly { readonly line: string }[]): Promise<Setting> {
  const setting = settingOf('names repeat')
  await setting.world.seedKeyPairs(publicKeys.map(({ line }) => ({ name: 'deploy', publicKey: line })))
  return setting
}

test('a name of several key pairs is taken, like the name of one', async () => {
  const { service, mutations } = await withNamesakes(other.publicKey, another.publicKey)
  const refused = (await service.create({ name: 'deploy', save: refusing }))._unsafeUnwrapErr()
  expect(refused).toMatchObject({
    code: 'already-exists',
    outcome: 'none',
    hint: expect.stringContaining('another name'),
  })
  expect(await mutations()).toEqual([])
})

test('a resumed create finds its key pair among namesakes', async () => {
  const { service, mutations } = await withNamesakes(other.publicKey, mine.publicKey)
  const created = (await service.create({ name: 'deploy', save: saved }))._unsafeUnwrap()
  expect(created).toMatchObject({ publicKey: mine.publicKey.line, verified: true })
  expect((await service.get({ id: created.id ?? '' }))._unsafeUnwrap().publicKey).toContain(mine.publicKey.line)
  expect(await mutations()).toEqual([])
})

test('a resumed create fails if no namesake has its key', async () => {
  const { service, mutations } = await withNamesakes(other.publicKey, another.publicKey)
  const refused = (await service.create({ name: 'deploy', save: saved }))._unsafeUnwrapErr()
  expect(refused).toMatchObject({ code: 'already-exists', outcome: 'none' })
  expect(refused.message).toContain('does not have the key that was saved')
  expect(await mutations()).toEqual([])
})
