import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadSigning } from '../src/vendor.js'

// The vendor's package does not document the file with the code that is used.
const original = createRequire(import.meta.url)('@volcengine/openapi/lib/base/sign.js')

const record = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'binary' }))
const headerName = fc.stringMatching(/^X-[A-Za-z]{1,8}$/)
const request = fc.record({
  region: fc.string(),
  method: fc.constantFrom('GET', 'post'),
  pathname: fc.constantFrom('/', '/a/b'),
  params: record,
  headers: fc.dictionary(headerName, fc.string()),
})
const credentials = fc.record(
  { accessKeyId: fc.string({ minLength: 1 }), secretKey: fc.string({ minLength: 1 }), sessionToken: fc.string() },
  { requiredKeys: ['accessKeyId', 'secretKey'] },
)
const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })

test("the silent signer makes the same signatures as the vendor's own", async () => {
  const { Signer } = (await loadSigning())._unsafeUnwrap()
  fc.assert(
    fc.property(request, credentials, date, fc.string(), (signed, as, when, service) => {
      const sign = (signer: Pick<InstanceType<typeof Signer>, 'addAuthorization' | 'request'>): unknown => {
        signer.addAuthorization(as, when)
        return signer.request
      }
      const ours = sign(new Signer(structuredClone(signed), service))
      expect(ours).toHaveProperty('headers.Authorization')
      expect(ours).toEqual(sign(new original.default(structuredClone(signed), service)))
    }),
  )
})

test('the silent signer replaces only the methods that log, and the one that hashes most', async () => {
  const { Signer } = (await loadSigning())._unsafeUnwrap()
  const methods = ({ prototype }: typeof Signer): readonly string[] =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor')
  const writing = methods(original.default).filter((name) => /debug/i.test(String(original.default.prototype[name])))
  expect(Object.getPrototypeOf(Signer)).toBe(original.default)
  expect(methods(Signer).toSorted()).toEqual(['authorization', ...writing].toSorted())
})

test("the vendor's code turns parameters into the query that it signs", async () => {
  const { Signer } = (await loadSigning())._unsafeUnwrap()
  const params = { 'A.1': "x*'!() ~é" }
  expect(new Signer({ region: 'r', method: 'GET', params }, 'ecs').query).toBe('A.1=x%2A%27%21%28%29%20~%C3%A9')
})
