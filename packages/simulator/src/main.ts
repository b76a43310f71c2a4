#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isNativeError } from 'node:util/types'
import { readOneOf } from './read-json.js'
import { simulatedClouds, type SimulatorSettings, startSimulator } from './start-simulator.js'

const help = `Usage: cloud-keypair-simulator [options]

Simulates the key-pair API of a cloud on 127.0.0.1. Prints one line of JSON that says how to reach it, and ends on SIGTERM
or Ctrl-C.

Options:
  --cloud <name>      ${simulatedClouds.join(', ')}; default: volcengine
  --port <number>     the port; default: any free one
  --region <region>   the region; default: the simulator's own
  --variants <json>   behaviours that the vendors' documents leave open: '{"powerChangeMs":1000}'
  --seed <file>       a JSON file with the keyPairs and instances that there are at the beginning
  --help              show this
`

/** Reads the arguments. Throws an error with a clear message for what is wrong; undefined means that help is asked for. */
function readSettings(argv: readonly string[]): SimulatorSettings | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cloud: text,
      port: text,
      region: text,
      variants: text,
      seed: text,
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return undefined
  const { region } = values
  return {
    cloud: readOneOf(simulatedClouds)(values.cloud ?? 'volcengine', '--cloud'),
    port: values.port === undefined ? 0 : readPort(values.port),
    ...(region !== undefined && { region }),
    ...(values.variants !== undefined && { variants: readJson(values.variants, '--variants') }),
    ...(values.seed !== undefined && { seed: readJson(readFileSync(values.seed, 'utf8'), values.seed) }),
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError('--port must be a number from 0 to 65535')
  }
  return port
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError(`${what} is not JSON`)
  }
}

try {
  const settings = readSettings(process.argv.slice(2))
  if (settings === undefined) {
    process.stdout.write(help)
  } else {
    const { access, close } = await startSimulator(settings)
    const stop = (): void => void close()
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
    process.stdout.write(`${JSON.stringify(access)}\n`)
  }
} catch (error) {
  // A bad argument is a line, and not a stack.
  const [line] = (isNativeError(error) ? error.message : String(error)).split('\n')
  process.stderr.write(`cloud-keypair-simulator: ${line} (--help shows the options)\n`)
  process.exitCode = 1
}
