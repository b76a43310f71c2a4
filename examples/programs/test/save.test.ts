import { createServer, type IncomingMessage, type Server } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { afterEach, expect, it } from 'vitest'
import { saveToKubernetes } from '../src/save-to-kubernetes.js'
import { saveToVault } from '../src/save-to-vault.js'

let server: Server | undefined

afterEach(() => server?.close())

interface Answer {
  readonly status: number
  readonly body?: object
}

/** Starts a server on this machine. Returns its address. */
async function serve(answer: (request: IncomingMessage, body: string) => Answer): Promise<string> {
  const started = createServer((request, response) => {
    void text(request).then((sent) => {
      const { status, body = {} } = answer(request, sent)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** Makes a Vault with one path of the key-value engine, version 2. */
function vault(): (request: IncomingMessage, body: string) => Answer {
  let stored: unknown
  return ({ method, url, headers }, body) => {
    if (headers['x-vault-token'] !== 'token' || url !== '/v1/secret/data/deploy') return { status: 403 }
    if (method === 'GET') return stored === undefined ? { status: 404 } : { status: 200, body: { data: stored } }
    const sent: unknown = JSON.parse(body)
    if (stored !== undefined || !body.includes('"cas":0')) return { status: 400 }
    stored = sent
    return { status: 200 }
  }
}

it('saveToVault stores the key that the cloud got, and loads the key of a create that was cut off', async () => {
  const save = saveToVault(await serve(vault()), 'token', 'deploy')
  const { driver } = createMemoryCloud()
  const first = await createKeyPairService(driver).create({ name: 'deploy', save, bits: 2048 })
  const elsewhere = createKeyPairService(createMemoryCloud().driver)
  const again = await elsewhere.create({ name: 'deploy', save, bits: 2048 })
  expect(again.isOk() && again.value.publicKey).toBe(first.isOk() ? first.value.publicKey : 'failed')
})

it('saveToVault makes a refusal the error storage, without the key', async () => {
  const save = saveToVault(await serve(vault()), 'another token', 'deploy')
  const created = await createKeyPairService(createMemoryCloud().driver).create({ name: 'deploy', save, bits: 2048 })
  expect(created.isErr() && [created.error.code, created.error.outcome]).toEqual(['storage', 'none'])
  expect(JSON.stringify(created)).not.toContain('PRIVATE KEY')
})

it('saveToKubernetes creates the secret as the account of the pod', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'account-'))
  await writeFile(join(folder, 'token'), 'the-token')
  await writeFile(join(folder, 'namespace'), 'tools')
  const requests: string[] = []
  const address = await serve(({ method, url, headers }, body) => {
    requests.push(`${method} ${url} ${headers.authorization} ${body}`)
    return { status: requests.length === 1 ? 201 : 409 }
  })
  const save = saveToKubernetes('deploy-key', { server: address, folder })
  const keyPairs = createKeyPairService(createMemoryCloud().driver)
  const created = await keyPairs.create({ name: 'deploy', save, bits: 2048 })
  expect(created.isOk()).toBe(true)
  expect(requests[0]).toMatch(
    /^POST \/api\/v1\/namespaces\/tools\/secrets Bearer the-token .*"kubernetes.io\/ssh-auth"/,
  )
  const refused = await keyPairs.create({ name: 'other', save, bits: 2048 })
  expect(refused.isErr() && refused.error.code).toBe('storage')
  await rm(folder, { recursive: true })
})
