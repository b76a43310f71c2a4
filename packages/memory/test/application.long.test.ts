import { collect, generateKeyPair, type KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { VirtualClock } from '@cloud-keypair/conformance'
import { createMemoryCloud, createMemoryKeyPairService } from '@cloud-keypair/memory'
import { describe, expect, it } from 'vitest'

/** Gives a team's key pair to its servers, as an application may do. */
async function rollOut(keyPairs: KeyPairService, publicKey: string, servers: readonly string[]): Promise<string> {
  const done = await keyPairs
    .import({ name: 'deploy', publicKey, tags: { team: 'a' } })
    .andThen((keyPair) => keyPairs.attach(keyPair, servers))
  return done.match(
    ({ items }) => `${items.length} servers`,
    (error) => error.code,
  )
}

describe('an application', () => {
  it('keeps key pairs in memory without any set-up', async () => {
    await using keyPairs = createMemoryKeyPairService()
    const { publicKey } = await generateKeyPair({ bits: 2048 })
    const imported = await keyPairs.import({
      name: 'deploy',
      publicKey: publicKey.line,
      description: 'of the deployer',
    })
    expect(imported._unsafeUnwrap()).toMatchObject({ name: 'deploy', verified: true, publicKey: publicKey.line })
    const listed = (await collect(keyPairs.list({ namePattern: 'dep*' }), { max: 10 }))._unsafeUnwrap()
    expect(listed).toMatchObject([{ name: 'deploy', description: 'of the deployer' }])
    expect((await keyPairs.delete({ name: 'deploy' }))._unsafeUnwrap().changed).toBe(true)
    expect((await keyPairs.get({ name: 'deploy' }))._unsafeUnwrapErr().code).toBe('not-found')
  })

  it('attaches to existing servers, and not to a missing one', async () => {
    const { driver, world } = createMemoryCloud()
    await world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
    const keyPairs = createKeyPairService(driver)
    const { publicKey } = await generateKeyPair({ bits: 2048 })
    expect(await rollOut(keyPairs, publicKey.line, ['i-1', 'i-3'])).toBe('incomplete')
    expect((await world.snapshot()).instances).toMatchObject([
      { id: 'i-1', bound: 'deploy', authorized: [] },
      { id: 'i-2', bound: null },
    ])
    expect(await rollOut(keyPairs, publicKey.line, ['i-2'])).toBe('already-exists')
  })

  it('restarts servers without a wait, as the cloud shows each change at once', async () => {
    const clock = new VirtualClock()
    const { driver, world } = createMemoryCloud({ clock })
    const servers = ['i-1', 'i-2', 'i-3']
    await world.seedInstances(servers.map((id) => ({ id })))
    const keyPairs = createKeyPairService(driver, { testing: { clock } })
    const [first, second] = await Promise.all([generateKeyPair({ bits: 2048 }), generateKeyPair({ bits: 2048 })])
    const deploy = (await keyPairs.import({ name: 'deploy', publicKey: first.publicKey.line }))._unsafeUnwrap()
    const start = clock.now()
    ;(await keyPairs.attach(deploy, servers, { takeEffect: 'now' }))._unsafeUnwrap()
    const next = { name: 'next', publicKey: second.publicKey.line }
    ;(await keyPairs.rotate(deploy, next))._unsafeUnwrap()
    expect(clock.now() - start).toBeLessThan(1000)
    expect((await world.snapshot()).instances).toMatchObject(
      servers.map((id) => ({ id, power: 'running', authorized: ['next'] })),
    )
  })

  it('gets the error of a cloud that refuses', async () => {
    const { driver, world } = createMemoryCloud()
    await world.fault({ on: 'import', kind: 'denied' })
    const { publicKey } = await generateKeyPair({ bits: 2048 })
    expect(await rollOut(createKeyPairService(driver), publicKey.line, ['i-1'])).toBe('permission-denied')
  })

  it('has separate worlds', async () => {
    const [one, other] = [createMemoryKeyPairService(), createMemoryKeyPairService()]
    await one.createInCloud({ name: 'deploy' })
    expect((await other.get({ name: 'deploy' }))._unsafeUnwrapErr().code).toBe('not-found')
  })
})
