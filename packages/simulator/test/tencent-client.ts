import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { cvm } from 'tencentcloud-sdk-nodejs-cvm'
import type { TencentSimulator } from '../src/index.js'

/** A call by the vendor's client: its answer, or the code of its error. */
export type TencentCall = (
  action: keyof InstanceType<typeof cvm.v20170312.Client>,
  parameters?: object,
  options?: { readonly region?: string; readonly secretKey?: string },
) => Promise<unknown>

/** The vendor's client of CVM, which signs requests and reads answers. */
export interface TencentClient {
  callTo(simulator: TencentSimulator): TencentCall
  close(): Promise<unknown>
}

// The client takes the name of the service from the host. So the host is that of the cloud, and its address this machine.
const program = `
const { Agent } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const { cvm } = require(workerData)
const lookup = (host, { all }, done) => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4))
const agent = new Agent({ lookup })
parentPort.on('message', async ({ id, port, credential, region, action, parameters }) => {
  const httpProfile = { endpoint: 'cvm.tencentcloudapi.com:' + port, protocol: 'http://', reqTimeout: 300, agent }
  const client = new cvm.v20170312.Client({ credential, region, profile: { httpProfile } })
  const answer = await client[action](parameters).catch(({ code, message }) => code || message)
  parentPort.postMessage({ id, answer: JSON.parse(JSON.stringify(answer)) })
})
`

/**
 * Starts the vendor's client in a thread of its own: the vendor's modules do not load under the conditions by which the
 * test runner resolves packages.
 */
export function startTencentClient(): TencentClient {
  const workerData = createRequire(import.meta.url).resolve('tencentcloud-sdk-nodejs-cvm')
  const worker = new Worker(program, { eval: true, execArgv: [], workerData })
  const waiting = new Map<number, (answer: unknown) => void>()
  let sent = 0
  worker.on('message', ({ id, answer }: { readonly id: number; readonly answer: unknown }) => waiting.get(id)?.(answer))
  return {
    callTo:
      ({ host, secretId, secretKey, region }) =>
      (action, parameters = {}, options = {}) =>
        new Promise((resolve) => {
          const id = (sent += 1)
          waiting.set(id, resolve)
          const credential = { secretId, secretKey: options.secretKey ?? secretKey }
          const port = host.split(':')[1]
          worker.postMessage({ id, port, credential, region: options.region ?? region, action, parameters })
        }),
    close: () => worker.terminate(),
  }
}
