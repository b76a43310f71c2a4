import { expect, test } from 'vitest'
import { errorKind, thrownField, thrownMessage } from '../src/foreign-values.js'
import { inAnotherRealm } from './realm.js'

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('no')
    },
  },
)

test('an error of another realm is read as one of this realm', () => {
  const error = inAnotherRealm("Object.assign(new TypeError('no such file'), { code: 'ENOENT', path: '/a' })")
  expect(error).not.toBeInstanceOf(Error)
  expect(thrownMessage(error)).toBe('no such file')
  expect(thrownField(error, 'path')).toBe('/a')
  expect(errorKind(error)).toBe('ENOENT')
})

test.each([
  ['a text', 'gone', 'gone'],
  ['nothing', undefined, 'undefined'],
  ['an object without a message', { toString: () => 'shown' }, 'shown'],
  ['an object whose message is no text', Object.assign(new Error('m'), { message: 7 }), 'Error: 7'],
  ['an object that throws when it is looked at', hostile, 'unknown reason'],
])('the message of %s that was thrown is its text', (_, thrown, message) => {
  expect(thrownMessage(thrown)).toBe(message)
})

test.each([[hostile], ['text'], [null], [{ code: 5 }]])('a field that is no text is none: %#', (thrown) => {
  expect(thrownField(thrown, 'code')).toBeUndefined()
})
