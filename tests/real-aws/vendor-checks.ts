import assert from 'node:assert/strict'
import { createAwsDriver, createAwsKeyPairStore } from '@cloud-keypair/aws'
import { collect, err, generateKeyPair, type KeyPairStore, publicKeyOf, Secret } from '@cloud-keypair/core'
import type { HttpRequest } from '@cloud-keypair/core/http'
import { type AwsSimulator, startAwsSimulator } from '@cloud-keypair/simulator'
import * as v from 'valibot'
import { runChecks } from './checks.js'
import { type CommandName, loadVendorPackage, type VendorPackage } from './vendor-client.js'

// The simulator of Amazon EC2, driven by the client of AWS: what the client sends and reads is how the API is.

/** The inputs of a check. */
interface Access {
  readonly simulator: AwsSimulator
  readonly vendor: VendorPackage
  /** The adapter, over the same simulator. */
  readonly store: KeyPairStore
  readonly publicKey: string
  /** Makes one call by the client, which sends it once. */
  call(name: CommandName, input?: object, secretAccessKey?: string): Promise<unknown>
}

const text = v.string()
const tags = v.optional(v.array(v.object({ Key: text, Value: text })))
const made = v.object({ KeyPairId: text, KeyName: text, KeyFingerprint: text, Tags: tags })
const generated = v.object({ ...made.entries, KeyMaterial: text })
const listed = v.object({
  KeyPairs: v.array(v.object({ ...made.entries, KeyType: text, CreateTime: v.date(), PublicKey: v.optional(text) })),
})
const instances = v.object({
  Reservations: v.array(v.object({ Instances: v.array(v.object({ InstanceId: text, KeyName: v.optional(text) })) })),
  NextToken: v.optional(text),
})

const vendorChecks: Readonly<Record<string, (access: Access) => Promise<void>>> = {
  'the client imports, lists and deletes a key pair': async ({ call, publicKey, store }) => {
    const specification = [{ ResourceType: 'key-pair', Tags: [{ Key: 'team', Value: 'ops & co' }] }]
    const input = { KeyName: 'by client', PublicKeyMaterial: Buffer.from(publicKey), TagSpecifications: specification }
    const imported = v.parse(made, await call('ImportKeyPair', input))
    const { KeyPairs } = v.parse(listed, await call('DescribeKeyPairs', { IncludePublicKey: true }))
    const [found] = KeyPairs
    assert.equal(KeyPairs.length, 1)
    assert.deepEqual(
      [found?.KeyPairId, found?.KeyName, found?.KeyType, found?.PublicKey?.trim(), found?.Tags],
      [imported.KeyPairId, 'by client', 'ed25519', publicKey, [{ Key: 'team', Value: 'ops & co' }]],
    )
    const ours = (await store.get({ name: 'by client' }))._unsafeUnwrap()
    assert.deepEqual(
      [ours.id, ours.publicKey, ours.fingerprint, ours.createdAt, ours.tags],
      [found?.KeyPairId, publicKey, found?.KeyFingerprint, found?.CreateTime, { team: 'ops & co' }],
    )
    await call('DeleteKeyPair', { KeyPairId: imported.KeyPairId })
    assert.deepEqual(v.parse(listed, await call('DescribeKeyPairs')).KeyPairs, [])
  },
  'the client reads the private key of a key pair that the cloud generated': async ({ call }) => {
    const { KeyMaterial } = v.parse(generated, await call('CreateKeyPair', { KeyName: 'generated', KeyType: 'rsa' }))
    const { KeyPairs } = v.parse(listed, await call('DescribeKeyPairs', { IncludePublicKey: true }))
    const key = publicKeyOf(new Secret(KeyMaterial))._unsafeUnwrap()
    assert.equal(KeyPairs[0]?.PublicKey?.trim(), key.line)
    await call('DeleteKeyPair', { KeyName: 'generated' })
    assert.deepEqual(v.parse(listed, await call('DescribeKeyPairs')).KeyPairs, [])
  },
  'the client finds by filters, with and without wildcards': async ({ call, simulator }) => {
    for (const name of ['ci-1', 'ci-2', 'ci*', 'other']) simulator.world.seedKeyPair({ name })
    const named = async (value: string): Promise<readonly string[]> => {
      const Filters = [{ Name: 'key-name', Values: [value] }]
      return v.parse(listed, await call('DescribeKeyPairs', { Filters })).KeyPairs.map(({ KeyName }) => KeyName)
    }
    assert.deepEqual((await named('ci-*')).toSorted(), ['ci-1', 'ci-2'])
    assert.deepEqual(await named(String.raw`ci\*`), ['ci*'])
    assert.deepEqual(await named('none'), [])
  },
  'the client sees the tags that the adapter sets, and the adapter those of the client': async (access) => {
    const { call, store, publicKey } = access
    const { id = '' } = (await store.import({ name: 'tagged', publicKey, tags: { a: '1', b: '' } }))._unsafeUnwrap()
    await call('CreateTags', { Resources: [id], Tags: [{ Key: 'c', Value: 'x y' }] })
    await call('DeleteTags', { Resources: [id], Tags: [{ Key: 'a' }] })
    assert.deepEqual((await store.get({ name: 'tagged' }))._unsafeUnwrap().tags, { b: '', c: 'x y' })
    ;(await store.update({ name: 'tagged' }, { tags: { b: null, d: '2' } }))._unsafeUnwrap()
    const { KeyPairs } = v.parse(listed, await call('DescribeKeyPairs'))
    assert.deepEqual(
      new Map(KeyPairs[0]?.Tags?.map(({ Key, Value }) => [Key, Value])),
      new Map([
        ['c', 'x y'],
        ['d', '2'],
      ]),
    )
  },
  'the client reads every page of instances, as many as the adapter': async ({ call, simulator, store }) => {
    simulator.world.seedKeyPair({ name: 'used' })
    const ids = Array.from({ length: 7 }, (_, index) => `i-${index}`)
    simulator.world.seedInstances(ids.map((id) => ({ id, keyName: 'used' })))
    const found: string[] = []
    for (let NextToken: string | undefined; ;) {
      const page = v.parse(instances, await call('DescribeInstances', { MaxResults: 5, NextToken }))
      for (const { Instances } of page.Reservations) found.push(...Instances.map(({ InstanceId }) => InstanceId))
      NextToken = page.NextToken
      if (NextToken === undefined) break
    }
    assert.deepEqual(found.toSorted(), ids)
    const usages = (await collect(store.usages({ name: 'used' }), { max: 100 }))._unsafeUnwrap()
    assert.deepEqual(usages.map(({ instanceId }) => instanceId).toSorted(), ids)
  },
  'the client reads the code, the status and the request id of a refusal': async ({ call, publicKey }) => {
    const input = { KeyName: 'twice', PublicKeyMaterial: Buffer.from(publicKey) }
    await call('ImportKeyPair', input)
    const refused = v.object({
      name: text,
      $metadata: v.object({ httpStatusCode: v.number(), requestId: v.optional(text) }),
    })
    const error = v.parse(refused, await rejectionOf(call('ImportKeyPair', input)))
    assert.equal(error.name, 'InvalidKeyPair.Duplicate')
    assert.equal(error.$metadata.httpStatusCode, 400)
    assert.ok(error.$metadata.requestId)
  },
  'the adapter signs each call as the signer of AWS does': async ({ vendor, publicKey }) => {
    const region = 'eu-central-1'
    const keys = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'a/secret+with=signs',
      sessionToken: 'a/token+with=signs',
    }
    const sent: HttpRequest[] = []
    const driver = createAwsDriver({
      region,
      credentials: keys,
      transport: {
        send: async (request) => {
          sent.push(request)
          return err({ kind: 'network', sent: false, message: 'nothing is sent' })
        },
        close: async () => {},
      },
    })
    const context = { signal: new AbortController().signal, token: '', trace: () => {} }
    const name = `a+b &=% "'<>~*ü🔑`
    const made = { name, description: undefined, tags: { 'a b': 'ü', z: '' }, group: undefined }
    await driver.doImportKeyPair({ ...made, publicKey }, context)
    await driver.doCreateKeyPair(made, context)
    await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs: [{ by: 'name', name }], cursor: undefined }, context)
    await driver.doUpdateKeyPair(
      { keyPair: { name, id: 'key-1' }, change: { kind: 'set-tags', tags: made.tags } },
      context,
    )
    await driver.doDeleteKeyPairs([{ name, id: 'key-1' }], context)
    await driver.doDescribeInstances({ kind: 'bound', cursor: undefined }, context)
    assert.equal(sent.length, 6)
    for (const request of sent) {
      assert.equal(request.headers?.['x-amz-security-token'], keys.sessionToken)
      assert.equal(request.headers?.['authorization'], await vendor.authorizationOf(request, { ...keys, region }))
    }
  },
  'the client is refused with a wrong secret': async ({ call }) => {
    const error = await rejectionOf(call('DescribeKeyPairs', {}, 'wrong'))
    assert.equal(v.parse(v.object({ name: text }), error).name, 'SignatureDoesNotMatch')
  },
}

async function rejectionOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => assert.fail('the call was not refused'),
    (error: unknown) => error,
  )
}

/** Runs every check of the vendor's client, and tells of each as it ends. Returns the number of those that failed. */
export async function runVendorChecks(tell: (line: string) => void): Promise<number> {
  await using vendor = await loadVendorPackage()
  const publicKey = (await generateKeyPair({ keyType: 'ed25519' })).publicKey.line
  return await runChecks(vendorChecks, tell, async (check) => {
    const simulator = await startAwsSimulator()
    const { url: endpoint, region, accessKeyId, secretAccessKey: secret } = simulator
    const store = createAwsKeyPairStore({ region, endpoint, credentials: { accessKeyId, secretAccessKey: secret } })
    try {
      await check({
        simulator,
        vendor,
        store,
        publicKey,
        call: async (name, input = {}, secretAccessKey = secret) => {
          // One attempt: a create that is sent again would lose the private key of the first.
          const client = vendor.client({
            region,
            endpoint,
            credentials: { accessKeyId, secretAccessKey },
            maxAttempts: 1,
          })
          try {
            return await client.send(vendor.command(name, input))
          } finally {
            client.destroy()
          }
        },
      })
    } finally {
      await store.close()
      await simulator.close()
    }
  })
}
