import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import {
  collect,
  generateKeyPair,
  type KeyPairError,
  type KeyPairStore,
  parsePublicKey,
  publicKeyOf,
  type Result,
} from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { createOpenStackDriver, createOpenStackKeyPairStore, type OpenStackCredentials } from '@cloud-keypair/openstack'
import type { Administrator } from './keystone.js'
import { quota, type Servers } from './servers.js'

/** The inputs of a check: each gets a store of the administrator without any key pair. */
interface Access {
  readonly servers: Servers
  readonly administrator: Administrator
  readonly store: KeyPairStore
  readonly publicKey: string
  as(credentials: OpenStackCredentials): KeyPairStore
}

const context = { signal: new AbortController().signal, token: '', trace: (): void => undefined }
const page = {
  kind: 'list',
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

/** Checks by their titles. */
const directChecks: Readonly<Record<string, (access: Access) => Promise<void>>> = {
  'takes a key of every type that the capabilities list, and shows the MD5 of each': async ({ store }) => {
    const kinds = [{ bits: 2048 }, { bits: 3072 }, { keyType: 'ed25519' }] as const
    const own = await Promise.all(kinds.map((kind) => generateKeyPair(kind)))
    const lines = [...own.map(({ publicKey }) => publicKey.line), ...[256, 384, 521].map(ecdsaLine)]
    for (const [index, line] of lines.entries()) {
      okOf(await store.import({ name: `k${index}`, publicKey: line }))
      const found = okOf(await store.get({ name: `k${index}` }))
      assert.equal(found.publicKey, line)
      assert.equal(sameFingerprint(found.fingerprint, okOf(parsePublicKey(line))), 'same')
    }
  },
  'names a key pair by every character that it accepts, also in a path': async ({ store, publicKey }) => {
    for (const name of ['me@host.example', 'deploy.json', 'a b_c-d', '...', 'k'.repeat(255)]) {
      okOf(await store.import({ name, publicKey }))
      assert.equal(okOf(await store.get({ name })).name, name)
      assert.equal(okOf(await store.delete({ name })).changed, true)
    }
    for (const name of ['a/b', 'ä', ' a', 'k'.repeat(256)])
      errOf(await store.import({ name, publicKey }), 'invalid-argument')
  },
  'returns the private key that Nova generated': async ({ store }) => {
    const created = okOf(await store.createInCloud({ name: 'made there' }))
    assert.equal(okOf(publicKeyOf(created.privateKey)).line, okOf(await store.get({ name: 'made there' })).publicKey)
  },
  'refuses a taken name, finds no missing key pair, and deletes nothing twice': async ({ store, publicKey }) => {
    okOf(await store.import({ name: 'one', publicKey }))
    errOf(await store.import({ name: 'one', publicKey }), 'already-exists')
    errOf(await store.get({ name: 'two' }), 'not-found')
    assert.equal(okOf(await store.delete({ name: 'one' })).changed, true)
    assert.equal(okOf(await store.delete({ name: 'one' })).changed, false)
  },
  'tells the end of the quota from a lack of permission': async ({ store, publicKey }) => {
    for (let index = 0; index < quota; index += 1) okOf(await store.import({ name: `k${index}`, publicKey }))
    errOf(await store.import({ name: 'too many', publicKey }), 'quota-exceeded')
  },
  'lists every key pair once though the last of a page is deleted': async ({
    servers,
    store,
    publicKey,
    administrator,
  }) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) okOf(await store.import({ name, publicKey }))
    const driver = createOpenStackDriver({
      authUrl: servers.authUrl,
      credentials: { kind: 'token', token: administrator.token },
    })
    const names: string[] = []
    let cursor: string | undefined
    do {
      const read = okOf(await driver.doDescribeKeyPairs({ ...page, cursor, pageSize: 2 }, context))
      names.push(...read.items.map(({ name }) => name))
      if (cursor === undefined) okOf(await store.delete({ name: 'b' }))
      cursor = read.cursor
    } while (cursor !== undefined)
    await driver.close()
    assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e'])
  },
  'lists no server, and deletes a key pair that none has': async ({ store, publicKey }) => {
    okOf(await store.import({ name: 'unused', publicKey }))
    assert.deepEqual(okOf(await collect(store.usages({ name: 'unused' }), { max: 10 })), [])
    okOf(await store.delete({ name: 'unused' }))
  },
  'works as an application credential, and no more after a wrong secret': async ({ as, administrator, publicKey }) => {
    const { id, secret } = await administrator.addApplicationCredential('checks')
    const kind = 'application-credential'
    const byId = as({ kind, applicationCredentialId: id, applicationCredentialSecret: secret })
    okOf(await byId.import({ name: 'by id', publicKey }))
    const named = { applicationCredentialName: 'checks', userId: administrator.userId }
    okOf(await as({ kind, ...named, applicationCredentialSecret: secret }).get({ name: 'by id' }))
    const wrong = as({ kind, applicationCredentialId: id, applicationCredentialSecret: 'canary-of-a-wrong-secret' })
    const refused = errOf(await wrong.get({ name: 'by id' }), 'unauthenticated')
    assert.equal(refused.outcome, 'none')
    assert.doesNotMatch(JSON.stringify(refused), /canary/)
    await administrator.deleteApplicationCredential(id)
  },
  'works with a token that is given': async ({ as, administrator }) => {
    okOf(await collect(as({ kind: 'token', token: administrator.token }).list(), { max: 10 }))
    errOf(await as({ kind: 'token', token: 'canary-of-no-token' }).get({ name: 'k' }), 'unauthenticated')
  },
  'keeps the key pairs of each user apart': async ({ as, administrator, store, publicKey }) => {
    const password = 'canary-password-of-another'
    const userId = await administrator.addUser('another', password)
    const other = as({ kind: 'password', userId, password, projectId: administrator.projectId })
    okOf(await store.import({ name: 'deploy', publicKey }))
    errOf(await other.get({ name: 'deploy' }), 'not-found')
    okOf(await other.import({ name: 'deploy', publicKey }))
    okOf(await other.delete({ name: 'deploy' }))
    okOf(await store.get({ name: 'deploy' }))
  },
}

/** The behaviours that these servers cannot show, so that no check is about them. */
export const unproven: readonly string[] = [
  'the launch of a server: there is no compute host, and servers are records in the database of Nova',
  'late reads: there is one database',
  'refusals for the rate, and HTML of a proxy',
  'several regions',
  'tokens that end: they live for an hour',
]

/** Runs every check, and tells of each as it ends. Returns the number of those that failed. */
export async function runDirectChecks(
  servers: Servers,
  administrator: Administrator,
  tell: (line: string) => void,
): Promise<number> {
  const stores: KeyPairStore[] = []
  const as = (credentials: OpenStackCredentials): KeyPairStore => {
    const store = createOpenStackKeyPairStore({ authUrl: servers.authUrl, credentials })
    stores.push(store)
    return store
  }
  const domains = { userDomainName: 'Default', projectDomainName: 'Default' }
  const { password } = servers
  const store = as({ kind: 'password', username: 'admin', password, projectName: 'admin', ...domains })
  const { publicKey } = await generateKeyPair({ keyType: 'ed25519' })
  const access: Access = { servers, administrator, store, publicKey: publicKey.line, as }
  let failed = 0
  for (const [title, check] of Object.entries(directChecks)) {
    const problem = await check(access).then(
      () => undefined,
      (thrown: unknown) => String(thrown),
    )
    if (problem !== undefined) failed += 1
    tell(problem === undefined ? `passed  ${title}` : `FAILED  ${title}: ${problem}`)
    const left = okOf(await collect(store.list(), { max: 100 }))
    okOf(await store.deleteMany(left))
  }
  for (const one of stores) await one.close()
  return failed
}

/** Makes an ECDSA key in the form of OpenSSH. */
function ecdsaLine(bits: number): string {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: `P-${bits}` }).publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const type = `ecdsa-sha2-nistp${bits}`
  const parts = [Buffer.from(type), Buffer.from(`nistp${bits}`), point].flatMap((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    return [length, part]
  })
  return `${type} ${Buffer.concat(parts).toString('base64')}`
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
