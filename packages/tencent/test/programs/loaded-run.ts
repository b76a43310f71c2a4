import { createRequire } from 'node:module'
import { ok } from '@cloud-keypair/core'
import { createTencentDriver } from '../../src/index.js'

// Run in its own process: lists the loaded CommonJS files of other packages, after the import and after one call.
const { cache } = createRequire(import.meta.url)
const loaded = (): readonly string[] => Object.keys(cache).map((path) => path.split('/node_modules/').at(-1) ?? path)
const text = '{"Response":{"RequestId":"req-1"}}'
const driver = createTencentDriver({
  region: 'ap-guangzhou',
  credentials: { secretId: 'id', secretKey: 'key' },
  transport: { send: async () => ok({ status: 200, headers: {}, text }), close: async () => undefined },
})
const before = loaded()
const context = { signal: new AbortController().signal, token: '', trace: () => undefined }
const deleted = await driver.doDeleteKeyPairs([{ name: 'k', id: 'skey-1' }], context)
const after = loaded()
console.log(JSON.stringify({ before, after, done: deleted.isOk() }))
