import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startAwsSimulator,
  startOpenStackSimulator,
  startTencentSimulator,
  startVolcengineSimulator,
} from '@cloud-keypair/simulator'
import { type Command, type Project, runCommand } from './project.js'

/** Runs a program that makes the checks of the project. Rejects unless each of them passed in it. */
export type RunChecks = (command: Command) => Promise<void>

/** The simulators of the clouds, and what runs the checks against them. */
export interface CheckRun extends AsyncDisposable {
  readonly titles: readonly string[]
  readonly runChecks: RunChecks
}

/** Starts the simulators, and asks the project for the titles of its checks. */
export async function startChecks(project: Project): Promise<CheckRun> {
  const volcengine = await startVolcengineSimulator()
  const alibabaEcs = await startAlibabaEcsSimulator()
  const alibabaEns = await startAlibabaEnsSimulator()
  const aws = await startAwsSimulator()
  const tencent = await startTencentSimulator()
  const openstack = await startOpenStackSimulator()
  const { applicationCredentialId, applicationCredentialSecret } = openstack.account
  const secretKey = (of: { readonly accessKeyId: string; readonly secretAccessKey: string }) => ({
    accessKeyId: of.accessKeyId,
    secretAccessKey: of.secretAccessKey,
  })
  const alibabaKey = (of: { readonly accessKeyId: string; readonly accessKeySecret: string }) => ({
    accessKeyId: of.accessKeyId,
    accessKeySecret: of.accessKeySecret,
  })
  const clouds = JSON.stringify({
    volcengine: { endpoint: volcengine.url, region: volcengine.region, credentials: secretKey(volcengine) },
    alibabaEcs: { endpoint: alibabaEcs.url, region: alibabaEcs.region, credentials: alibabaKey(alibabaEcs) },
    alibabaEns: { endpoint: alibabaEns.url, credentials: alibabaKey(alibabaEns) },
    aws: { endpoint: aws.url, region: aws.region, credentials: secretKey(aws) },
    tencent: {
      endpoint: tencent.url,
      region: tencent.region,
      credentials: { secretId: tencent.secretId, secretKey: tencent.secretKey },
    },
    openstack: {
      authUrl: openstack.authUrl,
      credentials: { kind: 'application-credential', applicationCredentialId, applicationCredentialSecret },
    },
    refused: `http://127.0.0.1:${await closedPort()}`,
  })
  const titles = await titlesIn(project, clouds)
  let runs = 0
  return {
    titles,
    runChecks: async (command) => {
      runs += 1
      const results = join(project.folder, `results-${runs}.txt`)
      const environment = { ...command.environment, PACKED_CLOUDS: clouds, PACKED_RESULTS: results }
      const output = await runCommand({ ...command, environment })
      const passed = await readFile(results, 'utf8').catch(() => '')
      const missing = titles.filter((title) => !passed.split('\n').includes(title))
      if (missing.length > 0) throw new Error(`these checks did not run: ${missing.join('; ')}\n${output}`)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        [volcengine, alibabaEcs, alibabaEns, aws, tencent, openstack].map((simulator) => simulator.close()),
      )
    },
  }
}

async function titlesIn({ folder }: Project, clouds: string): Promise<readonly string[]> {
  const script = "import('./checks.mjs').then(({ checks }) => console.log(Object.keys(checks).join('\\n')))"
  const environment = { PACKED_CLOUDS: clouds }
  const output = await runCommand({ file: process.execPath, parameters: ['-e', script], folder, environment })
  const titles = output.split('\n').filter((line) => line !== '')
  if (titles.length === 0) throw new Error('The project has no checks')
  return titles
}

/** Gives a port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The server had no port')
  return address.port
}
