import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { KeyPairService } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import { startAlibabaEcsSimulator, startAlibabaEnsSimulator, startVolcengineSimulator } from '@cloud-keypair/simulator'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sshd, startSshd } from './sshd.js'

let folder: string
let sshd: Sshd | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'login-'))
  sshd = await startSshd(folder)
})

afterAll(async () => {
  await sshd?.stop()
  rmSync(folder, { recursive: true })
})

/** A simulated cloud: a service over it, and the public keys that it stored. */
interface Cloud extends AsyncDisposable {
  readonly keyPairs: KeyPairService
  stored(name: string): readonly string[]
}

const options = { testing: { environment: {} } }

async function volcengine(): Promise<Cloud> {
  const simulator = await startVolcengineSimulator()
  const { region, url: endpoint, accessKeyId, secretAccessKey } = simulator
  const credentials = { accessKeyId, secretAccessKey }
  const keyPairs = createVolcengineKeyPairService({ region, endpoint, credentials, ...options })
  return cloudOf(simulator, keyPairs)
}

async function alibabaEcs(privateKeyBody: 'pkcs1' | 'pkcs8'): Promise<Cloud> {
  const simulator = await startAlibabaEcsSimulator({ variants: { privateKeyBody } })
  const { region, url: endpoint, accessKeyId, accessKeySecret } = simulator
  const credentials = { accessKeyId, accessKeySecret }
  return cloudOf(simulator, createAlibabaEcsKeyPairService({ region, endpoint, credentials, ...options }))
}

async function alibabaEns(privateKeyBody: 'pem' | 'escaped'): Promise<Cloud> {
  const simulator = await startAlibabaEnsSimulator({ variants: { privateKeyBody } })
  const { url: endpoint, accessKeyId, accessKeySecret } = simulator
  const credentials = { accessKeyId, accessKeySecret }
  return cloudOf(simulator, createAlibabaEnsKeyPairService({ endpoint, credentials, ...options }))
}

interface Simulator {
  readonly world: {
    snapshot(): { readonly keyPairs: readonly { readonly name: string; readonly publicKey: string }[] }
  }
  close(): Promise<void>
}

function cloudOf(simulator: Simulator, keyPairs: KeyPairService): Cloud {
  return {
    keyPairs,
    stored: (name) =>
      simulator.world
        .snapshot()
        .keyPairs.filter((keyPair) => keyPair.name === name)
        .map(({ publicKey }) => publicKey),
    [Symbol.asyncDispose]: async () => {
      await keyPairs[Symbol.asyncDispose]()
      await simulator.close()
    },
  }
}

const clouds: readonly (readonly [string, () => Promise<Cloud>])[] = [
  ['Volcengine', volcengine],
  ['Alibaba Cloud ECS', () => alibabaEcs('pkcs1')],
  ['Alibaba Cloud ECS, whose keys are PKCS#8', () => alibabaEcs('pkcs8')],
  ['Alibaba Cloud ENS', () => alibabaEns('pem')],
  ['Alibaba Cloud ENS, whose line breaks are escaped', () => alibabaEns('escaped')],
]

const pathOf = (name: string): string => join(mkdtempSync(join(folder, 'keys-')), name)

/** Accepts only the key that the cloud stored under the name. */
function authorize(cloud: Cloud, name: string): Sshd {
  if (sshd === undefined) throw new Error('The server runs')
  const publicKeys = cloud.stored(name)
  expect(publicKeys).toHaveLength(1)
  sshd.authorize(publicKeys)
  return sshd
}

describe.each(clouds)('on %s', (_name, start) => {
  test('a private key that create saved logs in', async () => {
    await using cloud = await start()
    const path = pathOf('deploy.pem')
    const created = await cloud.keyPairs.create({ name: 'deploy', save: saveToFile(path) })
    expect(created._unsafeUnwrap().verified).toBe(true)
    const { exitCode, output } = await authorize(cloud, 'deploy').login(path)
    expect(exitCode, output).toBe(0)
  })

  test('a private key that the cloud generated logs in', async () => {
    await using cloud = await start()
    const path = pathOf('made-there.pem')
    const generated = (await cloud.keyPairs.createInCloud({ name: 'made-there' }))._unsafeUnwrap()
    await saveToFile(path)(generated.privateKey)
    const { exitCode, output } = await authorize(cloud, 'made-there').login(path)
    expect(exitCode, output).toBe(0)
  })

  test('the private key of another key pair does not log in', async () => {
    await using cloud = await start()
    const path = pathOf('other.pem')
    expect((await cloud.keyPairs.create({ name: 'other', save: saveToFile(path) })).isOk()).toBe(true)
    expect((await cloud.keyPairs.createInCloud({ name: 'made-there' })).isOk()).toBe(true)
    const refused = await authorize(cloud, 'made-there').login(path)
    expect(refused.exitCode).toBe(255)
    expect(refused.output).toContain('Permission denied (publickey)')
  })
})
