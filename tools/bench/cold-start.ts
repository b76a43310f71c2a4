import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startAlibabaEcsSimulator } from '@cloud-keypair/simulator'
import { median } from './median.js'

const run = promisify(execFile)
const home = fileURLToPath(new URL('../../packages/alibaba', import.meta.url))

// Each is all that a new process does: one page of key pairs, and the time since the process began.
const contenders = {
  nothing: `console.log(performance.now())`,
  '@cloud-keypair/alibaba': `
    import { createAlibabaEcsKeyPairService } from '@cloud-keypair/alibaba'
    const { region, endpoint, accessKeyId, accessKeySecret } = JSON.parse(process.argv[1])
    const keyPairs = createAlibabaEcsKeyPairService({ region, endpoint, credentials: { accessKeyId, accessKeySecret } })
    for await (const one of keyPairs.list()) {
      if (one.isErr()) throw one.error
    }
    console.log(performance.now())`,
  '@alicloud/ecs20140526': `
    import { createRequire } from 'node:module'
    const require = createRequire(process.cwd() + '/bench.js')
    const { default: Client, DescribeKeyPairsRequest } = require('@alicloud/ecs20140526')
    const { $OpenApiUtil } = require('@alicloud/openapi-core')
    const { region: regionId, endpoint, accessKeyId, accessKeySecret } = JSON.parse(process.argv[1])
    const config = { regionId, endpoint: new URL(endpoint).host, protocol: 'http', accessKeyId, accessKeySecret }
    const client = new Client(new $OpenApiUtil.Config(config))
    await client.describeKeyPairs(new DescribeKeyPairsRequest({ regionId, pageSize: 50 }))
    console.log(performance.now())`,
} as const

type Contender = keyof typeof contenders
const names = ['nothing', '@cloud-keypair/alibaba', '@alicloud/ecs20140526'] as const satisfies readonly Contender[]

/**
 * Measures how long a new process takes to its first answer from Alibaba Cloud ECS, simulated on this machine: through this
 * library as it is built, and through the vendor's whole client, in turns. Prints the medians in milliseconds and their ratio.
 */
export async function coldStart(rounds = 11): Promise<void> {
  if (!existsSync(`${home}/dist/index.js`)) throw new Error('There is nothing built: run pnpm build first')
  const simulator = await startAlibabaEcsSimulator()
  const { region, url: endpoint, accessKeyId, accessKeySecret } = simulator
  const account = JSON.stringify({ region, endpoint, accessKeyId, accessKeySecret })
  const measure = async (contender: Contender): Promise<number> => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', contenders[contender], account], {
      cwd: home,
    })
    return Number(stdout)
  }
  try {
    const times = new Map(names.map((name) => [name, new Array<number>()]))
    // The first of each fills the caches of the file system, and doesn't count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of names) {
        const ms = await measure(name)
        if (round > 0) times.get(name)?.push(ms)
      }
    }
    const [nothing = 0, our = 0, their = 0] = names.map((name) => median(times.get(name) ?? []))
    process.stdout.write(
      `cold-start: first answer in a new process, median of ${rounds}: @cloud-keypair/alibaba ${our.toFixed(0)} ms, ` +
        `@alicloud/ecs20140526 ${their.toFixed(0)} ms (Node.js alone ${nothing.toFixed(0)} ms); ratio ${(our / their).toFixed(2)}\n`,
    )
  } finally {
    await simulator.close()
  }
}
