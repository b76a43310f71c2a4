import { createRequire } from 'node:module'
import { ok } from '@cloud-keypair/core'
import { createAlibabaEcsDriver, createAlibabaEnsDriver } from '../../src/index.js'

// Run in its own process: lists the loaded files of other packages, after the import and after each first call.
const { cache } = createRequire(import.meta.url)
const loaded = (): readonly string[] => Object.keys(cache).map((path) => path.split('/node_modules/').at(-1) ?? path)
const transport = {
  send: async () => ok({ status: 200, headers: {}, text: '{"RequestId":"r"}' }),
  close: async () => undefined,
}
const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const context = { signal: new AbortController().signal, token: '', trace: () => undefined }
const ens = createAlibabaEnsDriver({ credentials, transport })
const ecs = createAlibabaEcsDriver({ region: 'r', credentials, transport })
const before = loaded()
const deletedFromEns = await ens.doDeleteKeyPairs([{ name: 'k' }], context)
const afterEns = loaded()
const deletedFromEcs = await ecs.doDeleteKeyPairs([{ name: 'k' }], context)
const afterEcs = loaded()
console.log(JSON.stringify({ before, afterEns, afterEcs, done: deletedFromEns.isOk() && deletedFromEcs.isOk() }))
