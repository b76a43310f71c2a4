import { expect, test } from 'vitest'
import { createVolcengineDriver } from '@cloud-keypair/volcengine'
import { ok } from '@cloud-keypair/core'

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n'

test.each([
  ['as it is', pem],
  ['with line breaks of two characters each', pem.replaceAll('\n', String.raw`\n`)],
  ['with those of Windows', pem.replaceAll('\n', String.raw`\r\n`)],
])('a private key that comes %s fits into a file', async (_, PrivateKey) => {
  const text = JSON.stringify({ ResponseMetadata: { RequestId: 'r' }, Result: { KeyPairName: 'k', PrivateKey } })
  const driver = createVolcengineDriver({
    region: 'cn-beijing',
    credentials: { accessKeyId: 'ak', secretAccessKey: 'sk' },
    transport: { send: async () => ok({ status: 200, headers: {}, text }), close: async () => {} },
  })
  const request = { name: 'k', description: undefined, tags: {}, group: undefined }
  const context = { signal: new AbortController().signal, token: 't', trace: () => {} }
  const created = (await driver.doCreateKeyPair(request, context))._unsafeUnwrap()
  expect(created.privateKey.reveal()).toBe(pem)
})

test('a generated private key survives a malformed field of its answer', async () => {
  const Result = { KeyPairName: 7, KeyPairId: [], FingerPrint: 12345, Tags: '', PrivateKey: 'the-key' }
  const text = JSON.stringify({ ResponseMetadata: { RequestId: 'r' }, Result })
  const driver = createVolcengineDriver({
    region: 'cn-beijing',
    credentials: { accessKeyId: 'ak', secretAccessKey: 'sk' },
    transport: { send: async () => ok({ status: 200, headers: {}, text }), close: async () => {} },
  })
  const request = { name: 'k', description: undefined, tags: {}, group: undefined }
  const context = { signal: new AbortController().signal, token: 't', trace: () => {} }
  const created = (await driver.doCreateKeyPair(request, context))._unsafeUnwrap()
  expect([created.keyPair, created.privateKey.reveal()]).toEqual([{ name: 'k' }, 'the-key'])
})
