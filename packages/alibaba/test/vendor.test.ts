import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { loadUtil } from '../src/vendor.js'

test("the copy of the vendor's signing code is loaded once for all drivers, and is not the application's", () => {
  const theirs: unknown = createRequire(import.meta.url)('@alicloud/openapi-util').default
  expect(loadUtil()).toBe(loadUtil())
  expect(loadUtil()).not.toBe(theirs)
})
