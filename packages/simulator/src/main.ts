#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startVolcengineSimulator } from './volcengine/simulator.js'
import { readSeed, readVariants } from './volcengine/read-settings.js'
import { plant } from './volcengine/world.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    variants: { type: 'string', default: '{}' },
    seed: { type: 'string' },
  },
})

const simulator = await startVolcengineSimulator({
  port: Number(values.port),
  variants: readVariants(JSON.parse(values.variants), 'variants'),
})
if (values.seed !== undefined) plant(simulator.world, readSeed(JSON.parse(readFileSync(values.seed, 'utf8')), 'seed'))

const stop = (): void => void simulator.close()
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

const { url, accessKeyId, secretAccessKey, region } = simulator
process.stdout.write(`${JSON.stringify({ url, accessKeyId, secretAccessKey, region })}\n`)
