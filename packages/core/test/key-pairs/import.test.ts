import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { md5Fingerprint } from '../../src/key-material/fingerprint.js'
import { err, ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'

const { publicKey } = rsaKey()
const own = md5Fingerprint(publicKey) ?? ''
const other = '0'.repeat(32)
const lost = { code: 'network', message: 'reset', outcome: 'unknown', transient: true, scope: 'call' } as const

/** Makes a cloud that answers an import with one fingerprint and then lists another, or nothing. */
function recording(answered: string, listed: string | undefined): KeyPairDriver & { readonly deletes: () => number } {
  let deletes = 0
  const keyPair = (fingerprint: string): KeyPair => ({ name: 'deploy', id: 'kp-1', fingerprint })
  const driver = stubDriver({
    doImportKeyPair: async () => ok(keyPair(answered)),
    doDescribeKeyPairs: async () => ok({ items: listed === undefined ? [] : [keyPair(listed)] }),
    doDeleteKeyPairs: async () => {
      deletes += 1
      return ok([])
    },
  })
  return { ...driver, deletes: () => deletes }
}

test.each([
  ['lists the key', own, own, true],
  ['lists the key, in capitals and with colons', other, own.toUpperCase().match(/../g)?.join(':') ?? '', true],
  ['lists nothing yet, and answered with the key', own, undefined, true],
  ['lists what cannot be compared', other, 'ab'.repeat(20), false],
])('an import is verified by the record that the cloud %s', async (_what, answered, listed, verified) => {
  const service = createKeyPairService(recording(answered, listed), { testing: { random: () => 0 } })
  const imported = await service.import({ name: 'deploy', publicKey: publicKey.line })
  expect(imported._unsafeUnwrap().verified).toBe(verified)
})

test.each([
  ['lists another key', own, other],
  ['lists nothing, and answered with another key', other, undefined],
])('an import is a conflict where the cloud %s, and nothing is deleted', async (_what, answered, listed) => {
  const driver = recording(answered, listed)
  const service = createKeyPairService(driver, { testing: { random: () => 0 } })
  const error = (await service.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrapErr()
  expect(error.code === 'conflict' && error.details).toEqual({ expected: own, actual: other })
  expect([error.outcome, driver.deletes()]).toEqual(['partial', 0])
})

test('after an unanswered import a namesake with another key is not taken for the imported one', async () => {
  let sends = 0
  const driver = stubDriver({
    doImportKeyPair: async () => {
      sends += 1
      return err(sends === 1 ? lost : { ...lost, code: 'already-exists', outcome: 'none', transient: false })
    },
    doDescribeKeyPairs: async () => ok({ items: [{ name: 'deploy', id: 'kp-1', fingerprint: other }] }),
  })
  const service = createKeyPairService(driver, { testing: { random: () => 0 } })
  const error = (await service.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrapErr()
  expect([error.code, error.outcome]).toEqual(['already-exists', 'unknown'])
})

test.each([true, false])(
  'an unanswered import is resent with its token, a refused one with a new one, if that is harmless: %s',
  async (unique) => {
    const tokens: string[] = []
    const { capabilities } = stubDriver()
    const driver = stubDriver({
      capabilities: { ...capabilities, name: { allows: 'any', maxLength: 64, unique } },
      doImportKeyPair: async ({ name }, { token }) => {
        tokens.push(token)
        if (tokens.length === 1) return err(lost)
        if (tokens.length === 2) return err({ ...lost, code: 'throttled', outcome: 'none' })
        return ok({ name, id: 'kp-1', fingerprint: own })
      },
      doDescribeKeyPairs: async () => ok({ items: [] }),
    })
    const service = createKeyPairService(driver, { testing: { random: () => 0 } })
    await service.import({ name: 'deploy', publicKey: publicKey.line })
    const [first, second, third] = tokens
    expect(tokens).toHaveLength(3)
    expect(second).toBe(first)
    // If names repeat, the first call may still be carried out, and a new token would make a second key pair.
    expect(third === second).toBe(!unique)
  },
)
