import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, it } from 'vitest'

it('an option of another type is a TypeError that names the option', () => {
  const create = (options: unknown): unknown => Reflect.apply(createMemoryCloud, undefined, [options])
  for (const value of ['x', 1, {}, null]) {
    for (const name of ['clock', 'random', 'generateKeyPair']) {
      expect(() => create({ [name]: value })).toThrow(new RegExp(`^The option ${name} must be a`))
    }
  }
  expect(() => create(null)).toThrow(TypeError)
})
