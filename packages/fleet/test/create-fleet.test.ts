import { expect, it } from 'vitest'
import { createFleet } from '../src/create-fleet.js'

it('an option of another type is a TypeError that names the option', () => {
  const create = (options: unknown): unknown => Reflect.apply(createFleet, undefined, [options])
  const given = { connection: 'redis://127.0.0.1:1', services: () => expect.unreachable('nothing is called') }
  for (const value of [1, {}, null, Symbol('x')]) {
    for (const name of ['connection', 'prefix', 'services']) {
      expect(() => create({ ...given, [name]: value })).toThrow(new RegExp(`^The option ${name} must be a `))
    }
  }
  expect(() => create(null)).toThrow(TypeError)
})
