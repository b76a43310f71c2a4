import { expect, it } from 'vitest'
import { thrownMessage } from '../src/thrown-message.js'

const refused = Object.assign(new Error('connect ECONNREFUSED ::1:6379'), { code: 'ECONNREFUSED' })

it.each([
  [refused, 'connect ECONNREFUSED ::1:6379'],
  [Object.assign(new AggregateError([refused, refused]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new Error(''), 'Error'],
  ['text', 'something was thrown that is no error'],
])('the message of what was thrown says what it is: %s', (thrown, message) => {
  expect(thrownMessage(thrown)).toBe(message)
})
