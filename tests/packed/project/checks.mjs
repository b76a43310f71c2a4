import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { getMaxListeners } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { createAwsKeyPairStore } from '@cloud-keypair/aws'
import { collect, isKeyPairError } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import { createOpenStackKeyPairStore } from '@cloud-keypair/openstack'
import { createTencentKeyPairService } from '@cloud-keypair/tencent'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'

// The checks of every bundle, test runner and runtime. A check that passes writes its title to a file: that is how the
// matrix knows that it ran.

const { volcengine, alibabaEcs, alibabaEns, aws, tencent, openstack, refused } = JSON.parse(
  process.env.PACKED_CLOUDS ?? '{}',
)

const clouds = {
  Volcengine: [createVolcengineKeyPairService, volcengine],
  'Alibaba Cloud ECS': [createAlibabaEcsKeyPairService, alibabaEcs],
  'Alibaba Cloud ENS': [createAlibabaEnsKeyPairService, alibabaEns],
  'Amazon EC2': [createAwsKeyPairStore, aws],
  'Tencent Cloud': [createTencentKeyPairService, tencent],
  OpenStack: [createOpenStackKeyPairStore, openstack],
}

/** The checks by their titles. */
export const checks = {}

for (const [cloud, [createService, account]] of Object.entries(clouds)) {
  check(`${cloud} creates, finds and deletes a key pair`, account, createService, async (service, folder) => {
    const path = join(folder, 'key.pem')
    const name = newName()
    const created = await service.create({ name, bits: 2048, save: saveToFile(path) })
    assert.ok(created.isOk(), String(created.error))
    assert.match(await readFile(path, 'utf8'), /^-----BEGIN /)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const found = await collect(service.list({ namePattern: name }), { max: 10 })
    assert.ok(found.isOk(), String(found.error))
    assert.deepEqual(
      found.value.map((keyPair) => keyPair.name),
      [name],
    )
    // Of the clouds one takes ids alone.
    const deleted = await service.delete(found.value[0])
    assert.ok(deleted.isOk(), String(deleted.error))
  })

  // Without chance in the back-off, the retries follow each other at once.
  const unreachable = { ...account, endpoint: refused, testing: { random: () => 0 } }
  check(`${cloud} answers a refused connection with its reason`, unreachable, createService, async (service) => {
    const error = await errorOf(collect(service.list(), { max: 1 }))
    assert.equal(error.code, 'network')
    assert.match(error.message, /ECONNREFUSED/)
  })
}

check('a private key file that exists is not overwritten', ...volcengineService(), async (service, folder) => {
  const path = join(folder, 'key.pem')
  const save = saveToFile(path)
  const created = await service.create({ name: newName(), bits: 2048, save })
  assert.ok(created.isOk(), String(created.error))
  const error = await errorOf(service.create({ name: newName(), bits: 2048, save }))
  assert.equal(error.code, 'storage')
  assert.equal(error.details.path, path)
  assert.match(error.message, /something of that name exists/)
})

check('an aborted signal ends an operation', ...volcengineService(), async (service) => {
  const controller = new AbortController()
  controller.abort()
  const error = await errorOf(service.get({ name: 'k' }, { signal: controller.signal }))
  assert.equal(error.code, 'aborted')
})

check('a signal of the caller works and keeps its listener limit', ...volcengineService(), async (service) => {
  const { signal } = new AbortController()
  const limit = limitOf(signal)
  const operations = Array.from({ length: 20 }, () => service.get({ name: 'none' }, { signal }))
  for (const answer of await Promise.all(operations)) assert.equal(answer.error.code, 'not-found')
  assert.equal(limitOf(signal), limit)
})

check('an error of the library is told by its brand', ...volcengineService(), async (service) => {
  assert.ok(isKeyPairError(await errorOf(service.get({ name: '' }))))
  assert.ok(!isKeyPairError(new Error('another')))
})

function volcengineService() {
  return [volcengine, createVolcengineKeyPairService]
}

function check(title, account, createService, body) {
  checks[title] = async () => {
    const service = createService(account)
    const folder = await mkdtemp(join(tmpdir(), 'packed-'))
    try {
      await body(service, folder)
    } finally {
      await service[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    }
    appendFileSync(process.env.PACKED_RESULTS, `${title}\n`)
  }
}

async function errorOf(operation) {
  const result = await operation
  assert.ok(result.isErr(), 'the operation succeeded')
  return result.error
}

function newName() {
  return `packed${randomUUID().slice(0, 8)}`
}

/** The listener limit of a signal; undefined if the signal is not of Node.js, as under jsdom. */
function limitOf(signal) {
  try {
    return getMaxListeners(signal)
  } catch {
    return undefined
  }
}
