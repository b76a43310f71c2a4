import { startVolcengineSimulator, type VolcengineSimulator } from '@cloud-keypair/simulator'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { median } from './median.js'
import vendor from '@volcengine/openapi/lib/base/service.js'

// Attaches 1,000 instances; each answer takes 40 ms: through the service, which reads first and makes four calls
// at a time, and by a loop over the vendor's SDK, which makes the ten calls one after another and checks nothing.

const instances = 1000
const perCall = 100
const answerMs = 40
const rounds = 5
const ids = Array.from({ length: instances }, (_, index) => `i-${index}`)

async function byService({ region, url, accessKeyId, secretAccessKey }: VolcengineSimulator): Promise<void> {
  await using service = createVolcengineKeyPairService({
    region,
    endpoint: url,
    credentials: { accessKeyId, secretAccessKey },
  })
  const attached = await service.attach({ name: 'deploy' }, ids)
  if (attached.isErr()) throw attached.error
}

async function byLoop({ region, host, accessKeyId, secretAccessKey }: VolcengineSimulator): Promise<void> {
  const service = new vendor.default({
    serviceName: 'ecs',
    host,
    protocol: 'http:',
    region,
    accessKeyId,
    secretKey: secretAccessKey,
  })
  for (let start = 0; start < instances; start += perCall) {
    const query: Record<string, string> = { KeyPairName: 'deploy' }
    for (const [index, id] of ids.slice(start, start + perCall).entries()) query[`InstanceIds.${index + 1}`] = id
    await service.fetchOpenAPI({ Action: 'AttachKeyPair', Version: '2020-04-01', method: 'GET', query })
  }
}

/** Returns the milliseconds of the work in its own world, in which all instances are attached at the end. */
async function timed(work: (simulator: VolcengineSimulator) => Promise<void>): Promise<number> {
  const simulator = await startVolcengineSimulator()
  try {
    simulator.world.seedKeyPair({ name: 'deploy' })
    simulator.world.seedInstances(ids.map((id) => ({ id })))
    simulator.fault({ kind: 'slow', ms: answerMs, times: Infinity })
    const started = performance.now()
    await work(simulator)
    const took = performance.now() - started
    if (simulator.world.snapshot().instances.some(({ bound }) => bound === null))
      throw new Error('not all are attached')
    return took
  } finally {
    await simulator.close()
  }
}

/** Measures the attach of many instances through the service and through a loop over the vendor's SDK, in turns. */
export async function attach(): Promise<void> {
  const service: number[] = []
  const loop: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const [a, b] = [await timed(byService), await timed(byLoop)]
    if (round === 0) continue // The first round loads the code.
    service.push(a)
    loop.push(b)
  }
  const ratio = median(service) / median(loop)
  process.stdout.write(
    `attach: ${instances} instances, ${answerMs} ms an answer, median of ${rounds}: ` +
      `service ${median(service).toFixed(0)} ms with reads, vendor's SDK in a loop ${median(loop).toFixed(0)} ms without; ` +
      `ratio ${ratio.toFixed(2)}\n`,
  )
}
