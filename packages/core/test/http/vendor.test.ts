import { createRequire } from 'node:module'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { loadClient, loadConnect } from '../../src/http/vendor.js'

// undici does not document the files with the code that is used.

test('the connection that is loaded alone is the one of undici', async () => {
  const loaded = (await loadClient())._unsafeUnwrap()
  const file = createRequire(import.meta.url).resolve('undici/lib/dispatcher/client.js')
  expect(loaded).toBe(createRequire(import.meta.url)(file))
  expect(loaded).toBe(Client)
})

test('the method that asks a proxy for a tunnel exists in undici', async () => {
  expect((await loadConnect())._unsafeUnwrap()).toBe(Client.prototype.connect)
})
