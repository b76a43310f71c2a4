import { expect, test } from 'vitest'
import { isKeyPairError, type KeyPairError, keyPairError, type KeyPairErrorCode } from '../../src/contract/error.js'
import { inAnotherRealm } from '../realm.js'

const init = { message: 'm', outcome: 'none', retry: 'never', provider: 'p', operation: 'o' } as const

/** Compiles only while the union is closed and each code narrows its details. */
function summary(error: KeyPairError): string {
  switch (error.code) {
    case 'conflict':
      return `${error.details.expected} ${error.details.actual}`
    case 'in-use':
      return error.details.instanceIds.join()
    case 'incomplete':
      return String(error.details.batch.items.length)
    case 'instance-state':
      return error.details.allowed.join()
    case 'storage':
      return error.details.path ?? ''
    case 'invalid-argument':
    case 'unauthenticated':
    case 'permission-denied':
    case 'not-found':
    case 'already-exists':
    case 'instance-unsupported':
    case 'quota-exceeded':
    case 'capacity':
    case 'billing':
    case 'throttled':
    case 'busy':
    case 'unsupported':
    case 'unavailable':
    case 'network':
    case 'timeout':
    case 'aborted':
    case 'invalid-response':
    case 'unknown':
      return error.code satisfies KeyPairErrorCode
  }
}

test('the code of an error narrows its details', () => {
  expect(summary(keyPairError({ ...init, code: 'in-use', details: { instanceIds: ['a', 'b'], more: false } }))).toBe(
    'a,b',
  )
  expect(summary(keyPairError({ ...init, code: 'busy', details: {} }))).toBe('busy')
})

test('an error is recognised by its brand, also if another copy of the package made it', () => {
  const error = keyPairError({ ...init, code: 'busy', details: {} })
  expect(isKeyPairError(error)).toBe(true)
  const foreign = Object.assign(new Error('m'), { code: 'busy' })
  expect(isKeyPairError(foreign)).toBe(false)
  Object.defineProperty(foreign, Symbol.for('cloud-keypair.error'), { value: true })
  expect(isKeyPairError(foreign)).toBe(true)
  // As under jest, whose tests have an Error of their own.
  const branded = "Object.defineProperty(new Error('m'), Symbol.for('cloud-keypair.error'), { value: true })"
  expect(isKeyPairError(inAnotherRealm(branded))).toBe(true)
  for (const other of [undefined, null, 'busy', {}, new Error('busy')]) expect(isKeyPairError(other)).toBe(false)
})

test('an error in JSON has its code, details and vendor error, and no cause', () => {
  const vendor = { code: 'X', message: 'y', httpStatus: 429, requestId: 'r' }
  const cause = new Error('inner')
  const error = keyPairError({ ...init, code: 'throttled', details: {}, vendor, retryAfterMs: 5, hint: 'wait', cause })
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    ...init,
    name: 'KeyPairError',
    code: 'throttled',
    details: {},
    vendor,
    retryAfterMs: 5,
    hint: 'wait',
  })
  expect(error.cause).toBe(cause)
  expect(error.stack).toContain('KeyPairError')
})
