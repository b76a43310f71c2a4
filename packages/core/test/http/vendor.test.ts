import { createRequire } from 'node:module'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { loadUndici } from '../../src/http/vendor.js'

// undici does not document the files with the code that is used.

test('the connection that is loaded alone is the one of undici', async () => {
  const undici = (await loadUndici())._unsafeUnwrap()
  const file = createRequire(import.meta.url).resolve('undici/lib/dispatcher/client.js')
  expect(undici.Client).toBe(createRequire(import.meta.url)(file))
  expect(undici.Client).toBe(Client)
})

test('the method that asks a proxy for a tunnel exists in undici', async () => {
  const undici = (await loadUndici())._unsafeUnwrap()
  expect(undici.connect).toBe(Client.prototype.connect)
})
