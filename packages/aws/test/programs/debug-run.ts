import { createAwsDriver } from '../../src/index.js'
import { accessKeyId, secretAccessKey, sessionToken } from '../support/cloud.js'

// Run in its own process, with every debug switch on: one call to the given endpoint, over the network.
const [endpoint] = process.argv.slice(2)
const driver = createAwsDriver({
  region: 'eu-central-1',
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
