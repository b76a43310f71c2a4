import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { loadRequestModel, loadSplitCommand, loadUtil } from '../src/vendor.js'

// The vendor's packages do not document some files with the code that is used.

const whole = createRequire(import.meta.url)('@alicloud/ecs20140526')

test.each(Object.entries(loadRequestModel))(
  'the request model of %s is the one of the whole package, and names the region',
  async (action, load) => {
    const Model = (await load())._unsafeUnwrap()
    expect(whole[`${action}Request`]).toBeTypeOf('function')
    expect(Model).toBe(whole[`${action}Request`])
    expect(new Model({ regionId: 'r', unknown: 'u' }).toMap()).toEqual({ RegionId: 'r' })
  },
)

test("the vendor's code flattens lists and structures, and hashes", async () => {
  const util = (await loadUtil())._unsafeUnwrap()
  expect(util.query({ A: ['x', 'y'], T: [{ Key: 'k', Value: '' }], N: null, B: false, I: 7 })).toEqual({
    'A.1': 'x',
    'A.2': 'y',
    'T.1.Key': 'k',
    'T.1.Value': '',
    B: 'false',
    I: '7',
  })
  expect(util.hash(Buffer.alloc(0), 'ACS3-HMAC-SHA256').toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
  expect(util.getAuthorization).toBeTypeOf('function')
})

test("the vendor's code splits a command into its words", async () => {
  const split = (await loadSplitCommand())._unsafeUnwrap()
  expect(split(` a "b c" 'd "e' f\\ g "" `)).toEqual(['a', 'b c', 'd "e', 'f g', ''])
  expect(() => split("a 'b")).toThrow('unclosed quote')
})
