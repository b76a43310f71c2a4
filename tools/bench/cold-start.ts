import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startAlibabaEcsSimulator, startVolcengineSimulator } from '@cloud-keypair/simulator'
import { median } from './median.js'
import type { Report, Row } from './row.js'

const run = promisify(execFile)

/** A library of ours beside what its vendor offers for the same. */
interface Comparison {
  readonly ours: string
  readonly theirs: string
  /** The folder of the package that has both installed. */
  readonly home: string
  /** The largest share of the vendor's time that ours may take. */
  readonly limit: number
  readonly programs: Readonly<Record<'ours' | 'theirs', string>>
  startCloud(): Promise<{ readonly account: object; close(): Promise<void> }>
}

const listKeyPairs = `
  for await (const one of keyPairs.list()) {
    if (one.isErr()) throw one.error
  }`

// Each program is all that a new process does: one page of key pairs.
const comparisons: readonly Comparison[] = [
  {
    ours: '@cloud-keypair/alibaba',
    theirs: '@alicloud/ecs20140526',
    home: fileURLToPath(new URL('../../packages/alibaba', import.meta.url)),
    limit: 0.5,
    programs: {
      ours: `
        import { createAlibabaEcsKeyPairService } from '@cloud-keypair/alibaba'
        const { region, url, accessKeyId, accessKeySecret } = JSON.parse(process.argv[1])
        const credentials = { accessKeyId, accessKeySecret }
        const keyPairs = createAlibabaEcsKeyPairService({ region, endpoint: url, credentials })
        ${listKeyPairs}`,
      theirs: `
        import { createRequire } from 'node:module'
        const require = createRequire(process.cwd() + '/bench.js')
        const { default: Client, DescribeKeyPairsRequest } = require('@alicloud/ecs20140526')
        const { $OpenApiUtil } = require('@alicloud/openapi-core')
        const { region: regionId, url, accessKeyId, accessKeySecret } = JSON.parse(process.argv[1])
        const endpoint = new URL(url).host
        const config = { regionId, endpoint, protocol: 'http', accessKeyId, accessKeySecret }
        const client = new Client(new $OpenApiUtil.Config(config))
        await client.describeKeyPairs(new DescribeKeyPairsRequest({ regionId, pageSize: 50 }))`,
    },
    startCloud: async () => {
      const { region, url, accessKeyId, accessKeySecret, close } = await startAlibabaEcsSimulator()
      return { account: { region, url, accessKeyId, accessKeySecret }, close }
    },
  },
  {
    ours: '@cloud-keypair/volcengine',
    theirs: '@volcengine/openapi',
    home: fileURLToPath(new URL('../../packages/volcengine', import.meta.url)),
    limit: 0.9,
    programs: {
      ours: `
        import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
        const { region, url, accessKeyId, secretAccessKey } = JSON.parse(process.argv[1])
        const credentials = { accessKeyId, secretAccessKey }
        const keyPairs = createVolcengineKeyPairService({ region, endpoint: url, credentials })
        ${listKeyPairs}`,
      theirs: `
        import { createRequire } from 'node:module'
        const { Service } = createRequire(process.cwd() + '/bench.js')('@volcengine/openapi')
        const { region, url, accessKeyId, secretAccessKey } = JSON.parse(process.argv[1])
        const account = { region, host: new URL(url).host, protocol: 'http:', accessKeyId, secretKey: secretAccessKey }
        const service = new Service({ serviceName: 'ecs', defaultVersion: '2020-04-01', ...account })
        const answer = await service.fetchOpenAPI({ Action: 'DescribeKeyPairs', Version: '2020-04-01', method: 'GET' })
        if (answer.Result === undefined) throw new Error(JSON.stringify(answer))`,
    },
    startCloud: async () => {
      const { region, url, accessKeyId, secretAccessKey, close } = await startVolcengineSimulator()
      return { account: { region, url, accessKeyId, secretAccessKey }, close }
    },
  },
]

const printCpu = `
  const { user, system } = process.cpuUsage()
  console.log((user + system) / 1000)`

/**
 * Measures the processor time that a new process takes to its first answer, over what Node.js takes alone: through each
 * adapter as it is built, and through its vendor's client, in turns.
 */
export async function coldStart(rounds: number): Promise<Report> {
  const rows: Row[] = []
  for (const comparison of comparisons) {
    const { ours, theirs, home, limit, programs, startCloud } = comparison
    if (!existsSync(`${home}/dist/index.js`)) throw new Error('There is nothing built: run pnpm build first')
    const cloud = await startCloud()
    const measure = async (program: string): Promise<number> => {
      const parameters = ['--input-type=module', '-e', program + printCpu, JSON.stringify(cloud.account)]
      const { stdout } = await run(process.execPath, parameters, { cwd: home })
      return Number(stdout)
    }
    const times = { nothing: new Array<number>(), ours: new Array<number>(), theirs: new Array<number>() }
    try {
      // The first round fills the caches of the file system, and does not count.
      for (let round = 0; round <= rounds; round += 1) {
        const measured = {
          nothing: await measure(''),
          ours: await measure(programs.ours),
          theirs: await measure(programs.theirs),
        }
        if (round === 0) continue
        times.nothing.push(measured.nothing)
        times.ours.push(measured.ours)
        times.theirs.push(measured.theirs)
      }
    } finally {
      await cloud.close()
    }
    const bare = median(times.nothing)
    const [our, their] = [median(times.ours) - bare, median(times.theirs) - bare]
    rows.push({
      what: `${ours} beside ${theirs}`,
      unit: 'ms of CPU',
      service: our,
      byHand: their,
      ratio: our / their,
      goal: { atMost: limit },
    })
  }
  return {
    bench: 'cold-start',
    title: 'Processor time to the first answer of a new process',
    method: `Over what Node.js takes alone: one page of key pairs, as built. Medians of ${rounds} runs in turns.`,
    rows,
  }
}
