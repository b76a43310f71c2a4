import util from 'node:util'
import { ok } from '@cloud-keypair/core'
import { createVolcengineDriver } from '../../src/index.js'
import { accessKeyId, envelope, secretAccessKey, sessionToken } from './cloud.js'

// Run in a process of its own, with every debug switch on.
const { debuglog } = util
const driver = createVolcengineDriver({
  region: 'cn-beijing',
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  transport: {
    send: async () => {
      const PrivateKey = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'
      return ok({ status: 200, headers: {}, text: envelope('CreateKeyPair', { KeyPairName: 'k', PrivateKey }) })
    },
    close: async () => undefined,
  },
})
const created = await driver.doCreateKeyPair(
  { name: 'k', description: undefined, tags: {}, group: undefined },
  { signal: new AbortController().signal, token: 't', trace: (entry) => console.log(entry) },
)
console.log('created', created.isOk(), created)
console.log('debuglog is as it was:', util.debuglog === debuglog)
