import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallFailure, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import type { KeyPairService } from '../../src/contract/service.js'
import type { Clock } from '../../src/scheduling/clock.js'
import { md5Fingerprint } from '../../src/key-material/fingerprint.js'
import { findByKey } from '../../src/lookup/compare-key.js'
import { err, ok, type Result } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'

const { publicKey } = rsaKey()
const fingerprint = md5Fingerprint(publicKey) ?? ''
const opaque = 'ab'.repeat(20)
const wanted = { name: 'deploy', publicKey: publicKey.line }
const startedAt = Date.UTC(2026, 0, 1)

const refused = (code: CallFailure['code']): CallFailure => ({
  code,
  message: 'refused',
  outcome: 'none',
  transient: false,
  scope: 'call',
})

interface Cloud {
  readonly service: KeyPairService
  /** The listed key pairs. */
  readonly there: KeyPair[]
  readonly calls: string[]
}

/** Makes a cloud in which `import` decides the result of an import, and `passed` sees each wait. */
function cloudOf(
  unique: boolean,
  importOf: (there: KeyPair[]) => Result<KeyPair, CallFailure>,
  passed: (there: KeyPair[]) => void = () => {},
): Cloud {
  const there: KeyPair[] = []
  const calls: string[] = []
  let now = startedAt
  const clock: Clock = {
    now: () => now,
    // The long ones are deadlines, which nothing here comes to.
    sleep: async (ms, signal) => {
      if (ms > 15_000) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      now += ms
      passed(there)
    },
  }
  const { capabilities } = stubDriver()
  const overrides: Partial<KeyPairDriver> = {
    capabilities: { ...capabilities, group: 'at-creation', name: { allows: 'any', maxLength: 64, unique } },
    doDescribeKeyPairs: async () => {
      calls.push('lookup')
      return ok({ items: [...there] })
    },
    doImportKeyPair: async () => {
      calls.push('import')
      return importOf(there)
    },
    doUpdateKeyPair: async () => {
      calls.push('update')
      return ok(null)
    },
  }
  return {
    service: createKeyPairService(stubDriver(overrides), { testing: { clock, random: () => 0.5 } }),
    there,
    calls,
  }
}

const pair = (id: string, more: Partial<KeyPair> = {}): KeyPair => ({
  name: 'deploy',
  id,
  fingerprint,
  createdAt: new Date(startedAt),
  ...more,
})

const nothing = (): Result<KeyPair, CallFailure> => err(refused('unknown'))

test('every caller finds the same key pair among namesakes: the oldest that has the key', () => {
  const namesake = fc.record({
    fingerprint: fc.constantFrom(fingerprint, opaque, '0'.repeat(32)),
    createdAt: fc.constantFrom(new Date(1), new Date(2), undefined),
  })
  const namesakes = fc.array(namesake, { maxLength: 8 }).map((all) =>
    all.map(({ createdAt, ...rest }, index): KeyPair => {
      return { name: 'deploy', id: `kp-${index}`, ...rest, ...(createdAt && { createdAt }) }
    }),
  )
  const shuffled = namesakes.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  )
  fc.assert(
    fc.property(shuffled, ([all, others]) => {
      const match = findByKey(all, publicKey)
      expect(findByKey(others, publicKey)).toEqual(match)
      const withKey = all.filter((one) => one.fingerprint === fingerprint)
      if (withKey.length === 0) return
      expect(new Set([match?.keyPair, ...(match?.others ?? [])])).toEqual(new Set(withKey))
      const ages = withKey.map(({ createdAt }) => createdAt?.getTime() ?? 0)
      expect(match?.keyPair.createdAt?.getTime() ?? 0).toBe(Math.min(...ages))
    }),
  )
})

test('of namesakes created in the same second, all are read before one is chosen', async () => {
  const arrive = (there: KeyPair[]): void => {
    if (!there.some(({ id }) => id === 'a')) there.push(pair('a'))
  }
  const importing = cloudOf(
    false,
    (there) => {
      there.push(pair('b'))
      return ok({ name: 'deploy' })
    },
    arrive,
  )
  const ensured = (await importing.service.ensure(wanted))._unsafeUnwrap()
  expect([ensured.id, ensured.changed, ensured.duplicates.map(({ id }) => id)]).toEqual(['a', true, ['b']])

  const looking = cloudOf(false, nothing, arrive)
  looking.there.push(pair('b'))
  expect((await looking.service.ensure(wanted))._unsafeUnwrap()).toMatchObject({ id: 'a', changed: false })
})

test('an old key pair is chosen at once, and so is any if names are unique', async () => {
  for (const unique of [true, false]) {
    const { service, there, calls } = cloudOf(unique, nothing)
    there.push(pair('a', { createdAt: new Date(unique ? startedAt : startedAt - 60_000) }))
    expect((await service.ensure(wanted)).isOk()).toBe(true)
    expect(calls).toEqual(['lookup'])
  }
})

test('an ensure waits until a key pair that somebody else imported is listed', async () => {
  let waits = 0
  const { service, calls } = cloudOf(
    true,
    () => err(refused('already-exists')),
    (there) => {
      waits += 1
      if (waits === 3) there.push(pair('theirs'))
    },
  )
  expect((await service.ensure(wanted))._unsafeUnwrap()).toMatchObject({ id: 'theirs', changed: false })
  expect(calls.filter((call) => call === 'import')).toHaveLength(1)
})

test('a taken name that is never listed is already-exists', async () => {
  const { service, calls } = cloudOf(true, () => err(refused('already-exists')))
  expect((await service.ensure(wanted))._unsafeUnwrapErr()).toMatchObject({ code: 'already-exists', outcome: 'none' })
  expect(calls.length).toBeLessThan(15)
})

test('an opaque refusal is a success if the key pair exists by now, and else the error', async () => {
  const raced = cloudOf(false, (there) => {
    there.push(pair('theirs'))
    return err(refused('unknown'))
  })
  expect((await raced.service.ensure(wanted))._unsafeUnwrap()).toMatchObject({ id: 'theirs', changed: false })
  const alone = cloudOf(false, () => err(refused('quota-exceeded')))
  expect((await alone.service.ensure(wanted))._unsafeUnwrapErr()).toMatchObject({ code: 'quota-exceeded' })
  expect(alone.calls).toEqual(['lookup', 'import', 'lookup'])
})

test('ensure returns verified: false for a key that cannot be compared, and imports the key once', async () => {
  const imported = cloudOf(true, (there) => {
    there.push(pair('a', { fingerprint: opaque }))
    return ok(pair('a', { fingerprint: opaque }))
  })
  expect((await imported.service.ensure(wanted))._unsafeUnwrap()).toMatchObject({ verified: false, changed: true })
  expect((await imported.service.ensure(wanted))._unsafeUnwrap()).toMatchObject({ verified: false, changed: false })
  expect(imported.calls.filter((call) => call === 'import')).toHaveLength(1)
})

test('another key than the imported one is a conflict with outcome partial', async () => {
  const { service } = cloudOf(true, (there) => {
    there.push(pair('a', { fingerprint: '0'.repeat(32) }))
    return ok(pair('a'))
  })
  const details = { expected: fingerprint, actual: '0'.repeat(32) }
  expect((await service.ensure(wanted))._unsafeUnwrapErr()).toMatchObject({
    code: 'conflict',
    outcome: 'partial',
    details,
  })
})

test('imported metadata is not sent again although the cloud lists nothing yet', async () => {
  const { service, calls } = cloudOf(true, () => ok(pair('a')))
  const ensured = await service.ensure({ ...wanted, description: 'new', tags: { team: 'a' }, group: 'project' })
  expect(ensured._unsafeUnwrap()).toMatchObject({ verified: true, description: 'new', tags: { team: 'a' } })
  expect(calls).not.toContain('update')
})

test('if names repeat, a key pair that is never listed is busy with outcome partial', async () => {
  const { service } = cloudOf(false, () => ok({ name: 'deploy' }))
  expect((await service.ensure(wanted))._unsafeUnwrapErr()).toMatchObject({ code: 'busy', outcome: 'partial' })
})

test('a difference in metadata that can be set only at creation is unsupported, and nothing is changed', async () => {
  const { service, there, calls } = cloudOf(true, nothing)
  there.push(pair('a', { group: 'theirs' }))
  expect((await service.ensure({ ...wanted, group: 'theirs' })).isOk()).toBe(true)
  const error = (await service.ensure({ ...wanted, group: 'ours', description: 'new' }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'unsupported', outcome: 'none' })
  expect(error.message).toContain('group')
  expect(calls).not.toContain('update')
})

test('an abort after the import has outcome partial', async () => {
  const stop = new AbortController()
  const { service } = cloudOf(
    false,
    (there) => {
      there.push(pair('a'))
      return ok({ name: 'deploy' })
    },
    () => stop.abort(),
  )
  const error = (await service.ensure({ ...wanted, signal: stop.signal }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'aborted', outcome: 'partial' })
})
