import assert from 'node:assert/strict'
import { type AwsCredentials, createAwsKeyPairStore } from '@cloud-keypair/aws'
import {
  collect,
  generateKeyPair,
  type KeyPairError,
  type KeyPairStore,
  publicKeyOf,
  type Result,
  Secret,
} from '@cloud-keypair/core'
import * as v from 'valibot'
import { runChecks } from './checks.js'
import type { Moto } from './moto.js'
import { launch } from './records.js'

// The adapter against moto itself, which checks signatures and permissions. moto deletes by name alone, so a delete, which
// the adapter makes by id, is left to the suite behind the bridge.

/** Checks by their titles. Each gets a store whose user may do everything with key pairs, and what makes other stores. */
const directChecks: Readonly<Record<string, (access: Access) => Promise<void>>> = {
  'creates a key pair, and finds it by name, by id and by prefix': async ({ store }) => {
    let saved: Secret | undefined
    const save = async (privateKey: Secret): Promise<void> => {
      saved = privateKey
    }
    const created = okOf(
      await store.create({ name: 'made here', keyType: 'ed25519', save, tags: { team: 'ops & co' } }),
    )
    assert.equal(okOf(publicKeyOf(saved ?? new Secret(''))).line, created.publicKey)
    assert.equal(okOf(await store.get({ name: 'made here' })).id, created.id)
    assert.deepEqual(okOf(await store.get({ id: created.id ?? '' })).tags, { team: 'ops & co' })
    const listed = okOf(await collect(store.list({ namePattern: 'made *' }), { max: 10 }))
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['made here'],
    )
  },
  'returns the private key that the cloud generated': async ({ store }) => {
    const created = okOf(await store.createInCloud({ name: 'made there' }))
    assert.equal(okOf(publicKeyOf(created.privateKey)).line, okOf(await store.get({ name: 'made there' })).publicKey)
  },
  'imports and ensures one public key under a name with every sign that a form encodes': async ({
    store,
    publicKey,
  }) => {
    const name = `a+b &=% "'<>~`
    const imported = okOf(await store.import({ name, publicKey }))
    assert.equal(okOf(await store.ensure({ name, publicKey })).id, imported.id)
    assert.equal(okOf(await store.get({ name })).publicKey, publicKey)
    errOf(await store.import({ name, publicKey }), 'already-exists')
  },
  'sets and removes tags': async ({ store, publicKey }) => {
    okOf(await store.import({ name: 'tagged', publicKey, tags: { a: '1', b: '' } }))
    okOf(await store.update({ name: 'tagged' }, { tags: { a: null, c: 'x y' } }))
    assert.deepEqual(okOf(await store.get({ name: 'tagged' })).tags, { b: '', c: 'x y' })
  },
  'lists the instances that were launched with a key pair': async ({ store, publicKey, launchWith }) => {
    okOf(await store.import({ name: 'used', publicKey }))
    const id = await launchWith('used')
    await launchWith(undefined)
    const usages = okOf(await collect(store.usages({ name: 'used' }), { max: 10 }))
    assert.deepEqual(
      usages.map(({ instanceId }) => instanceId),
      [id],
    )
    errOf(await store.delete({ name: 'used' }), 'in-use')
  },
  'is refused with a wrong secret': async ({ as, keys }) => {
    const wrong = as({ ...keys, secretAccessKey: 'wrong' })
    assert.equal(errOf(await wrong.get({ name: 'used' }), 'unauthenticated').outcome, 'none')
  },
  'is refused what the policy does not allow': async ({ as, readerKeys, publicKey }) => {
    const reader = as(readerKeys)
    okOf(await collect(reader.list(), { max: 10 }))
    assert.equal(errOf(await reader.import({ name: 'denied', publicKey }), 'permission-denied').outcome, 'none')
  },
}

/** The inputs of a direct check. */
interface Access {
  readonly store: KeyPairStore
  readonly publicKey: string
  readonly keys: AwsCredentials
  /** The keys of a user that may only read. */
  readonly readerKeys: AwsCredentials
  as(credentials: AwsCredentials): KeyPairStore
  launchWith(keyName: string | undefined): Promise<string>
}

/** Runs every direct check, and tells of each as it ends. Returns the number of those that failed. */
export async function runDirectChecks(moto: Moto, tell: (line: string) => void): Promise<number> {
  await moto.reset()
  const keys = await createUser(moto, 'admin', 'ec2:*')
  const readerKeys = await createUser(moto, 'reader', 'ec2:Describe*')
  const as = (credentials: AwsCredentials): KeyPairStore =>
    createAwsKeyPairStore({ region: 'eu-central-1', endpoint: moto.url, credentials })
  const access: Access = {
    store: as(keys),
    publicKey: (await generateKeyPair({ keyType: 'ed25519' })).publicKey.line,
    keys,
    readerKeys,
    as,
    launchWith: async (keyName) => {
      await moto.checkAccess(false)
      const id = await launch(moto, keyName)
      await moto.checkAccess(true)
      return id
    },
  }
  await moto.checkAccess(true)
  const failed = await runChecks(directChecks, tell, (check) => check(access))
  await moto.checkAccess(false)
  return failed
}

const accessKeySchema = v.object({
  CreateAccessKeyResult: v.object({ AccessKey: v.object({ AccessKeyId: v.string(), SecretAccessKey: v.string() }) }),
})

/** Creates a user who may carry out some actions. Returns the access key of the user. */
async function createUser(moto: Moto, name: string, actions: string): Promise<AwsCredentials> {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await moto.call('iam', { Action: 'CreateUser', UserName: name })
  await moto.call('iam', { Action: 'PutUserPolicy', UserName: name, PolicyName: 'all', PolicyDocument: policy })
  const answer = await moto.call('iam', { Action: 'CreateAccessKey', UserName: name })
  const { AccessKeyId, SecretAccessKey } = v.parse(accessKeySchema, answer).CreateAccessKeyResult.AccessKey
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
}

function okOf<T>(result: Result<T, { readonly message: string }>): T {
  if (result.isErr()) throw new Error(`expected Ok, got ${result.error.message}`)
  return result.value
}

function errOf<T>(result: Result<T, KeyPairError>, code: KeyPairError['code']): KeyPairError {
  if (result.isOk()) throw new Error(`expected ${code}, got Ok`)
  assert.equal(result.error.code, code, String(result.error))
  return result.error
}
