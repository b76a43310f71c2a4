import { createRequire } from 'node:module'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { loadUndici } from '../../src/http/vendor.js'

// What is used of undici stands in files that it does not document.

test('the connection that is loaded by itself is the one of the whole of undici', async () => {
  const undici = (await loadUndici())._unsafeUnwrap()
  const file = createRequire(import.meta.url).resolve('undici/lib/dispatcher/client.js')
  expect(undici.Client).toBe(createRequire(import.meta.url)(file))
  expect(undici.Client).toBe(Client)
})

test('what asks a proxy for a tunnel is the method of a connection of the whole of undici', async () => {
  const undici = (await loadUndici())._unsafeUnwrap()
  expect(undici.connect).toBe(Client.prototype.connect)
})
