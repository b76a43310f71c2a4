#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readAlibabaEcsVariants } from './alibaba/ecs/read-variants.js'
import { startAlibabaEcsSimulator } from './alibaba/ecs/simulator.js'
import { readAlibabaEnsVariants } from './alibaba/ens/read-variants.js'
import { startAlibabaEnsSimulator } from './alibaba/ens/simulator.js'
import { readAlibabaSeed } from './alibaba/read-seed.js'
import { readOneOf } from './read-json.js'
import { plant } from './seed.js'
import { readSeed, readVariants } from './volcengine/read-settings.js'
import { startVolcengineSimulator } from './volcengine/simulator.js'

const { values } = parseArgs({
  options: {
    cloud: { type: 'string', default: 'volcengine' },
    port: { type: 'string', default: '0' },
    variants: { type: 'string', default: '{}' },
    seed: { type: 'string' },
  },
})

const port = Number(values.port)
const variants: unknown = JSON.parse(values.variants)
const seed: unknown = values.seed === undefined ? {} : JSON.parse(readFileSync(values.seed, 'utf8'))

/** A running simulator, and the line that names its address. */
interface Started {
  readonly line: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

async function startCloud(): Promise<Started> {
  switch (readOneOf(['volcengine', 'alibaba-ecs', 'alibaba-ens'])(values.cloud, 'cloud')) {
    case 'volcengine': {
      const simulator = await startVolcengineSimulator({ port, variants: readVariants(variants, 'variants') })
      plant(simulator.world, readSeed(seed, 'seed'))
      const { url, accessKeyId, secretAccessKey, region, close } = simulator
      return { line: { url, accessKeyId, secretAccessKey, region }, close }
    }
    case 'alibaba-ecs': {
      const simulator = await startAlibabaEcsSimulator({ port, variants: readAlibabaEcsVariants(variants, 'variants') })
      plant(simulator.world, readAlibabaSeed(seed, 'seed'))
      const { url, accessKeyId, accessKeySecret, region, close } = simulator
      return { line: { url, accessKeyId, accessKeySecret, region }, close }
    }
    case 'alibaba-ens': {
      const simulator = await startAlibabaEnsSimulator({ port, variants: readAlibabaEnsVariants(variants, 'variants') })
      plant(simulator.world, readAlibabaSeed(seed, 'seed'))
      const { url, accessKeyId, accessKeySecret, close } = simulator
      return { line: { url, accessKeyId, accessKeySecret }, close }
    }
  }
}

const { line, close } = await startCloud()
const stop = (): void => void close()
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
process.stdout.write(`${JSON.stringify(line)}\n`)
