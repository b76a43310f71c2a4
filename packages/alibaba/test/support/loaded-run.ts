import { createRequire } from 'node:module'
import { ok } from '@cloud-keypair/core'
import { createAlibabaEcsDriver, createAlibabaEnsDriver } from '../../src/index.js'

// Run in a process of its own: says which files of the vendor are loaded, after the import and after one call each.
const { cache } = createRequire(import.meta.url)
const loaded = (): readonly string[] => Object.keys(cache).filter((path) => /alicloud|darabonba/.test(path))
const transport = {
  send: async () => ok({ status: 200, headers: {}, text: '{"RequestId":"r"}' }),
  close: async () => undefined,
}
const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const context = { signal: new AbortController().signal, token: '', trace: () => undefined }
const ens = createAlibabaEnsDriver({ credentials, transport })
const ecs = createAlibabaEcsDriver({ region: 'r', credentials, transport })
const before = loaded()
const deleted = [
  await ens.doDeleteKeyPairs([{ name: 'k' }], context),
  await ecs.doDeleteKeyPairs([{ name: 'k' }], context),
]
const after = loaded()
// What the application itself loads of the vendor is whole.
const whole: unknown = createRequire(import.meta.url)('@alicloud/openapi-util').default.toForm({ a: 'b' })
console.log(JSON.stringify({ before, after, whole, done: deleted.every((one) => one.isOk()) }))
