import { createVolcengineDriver } from '../../src/index.js'
import { accessKeyId, secretAccessKey, sessionToken } from '../support/cloud.js'

// Run in its own process, with every debug switch on: one call to the given endpoint, over the network.
// The application may have loaded the vendor's package before.
const [endpoint, ...loadedFirst] = process.argv.slice(2)
for (const name of loadedFirst) await import(name)
const driver = createVolcengineDriver({
  region: 'cn-beijing',
  endpoint,
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  testing: { environment: {} },
})
const created = await driver.doCreateKeyPair(
  { name: 'k', description: undefined, tags: {}, group: undefined },
  { signal: new AbortController().signal, token: 't', trace: (entry) => console.log(entry) },
)
console.log('created', created.isOk(), created)
await driver.close()
