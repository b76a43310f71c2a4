import { Command, type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings'
import { parseJson } from '@cloud-keypair/core/credentials'
import type { SimulatedCloud, StartedSimulator } from '@cloud-keypair/simulator'
import { clouds } from '../clouds.js'
import type { RunCommand } from '../commands.js'
import { readText } from '../instance-ids.js'
import { untilInterrupted } from '../interruption.js'
import type { View } from '../output/view.js'
import { usageError } from '../usage-error.js'

/** A simulator that runs, and how to reach it. */
interface Simulated {
  readonly cloud: SimulatedCloud
  readonly url: string
  readonly region?: string
  readonly environment: Readonly<Record<string, string>>
}

const view: View<Simulated> = {
  columns: {
    cloud: ({ cloud }) => cloud,
    url: ({ url }) => url,
    region: ({ region }) => region,
    environment: ({ environment }) => variablesOf(environment),
  },
  usual: ['cloud', 'url', 'region', 'environment'],
  nameOf: ({ url }) => url,
}

/** Makes the command `simulator`: simulated clouds on this machine, until Ctrl-C. */
export function simulatorCommand(run: RunCommand): CommandUnknownOpts {
  return new Command('simulator')
    .option('--port <number>', 'the port; with --cloud alone. Default: any free one', parsePort)
    .option('--variants <json>', 'behaviours that the documents leave open; with --cloud alone', parseVariants)
    .option('--seed <file>', 'a JSON file with the keyPairs and instances that there are at the beginning')
    .action(({ port, variants, seed: file }) =>
      run(async (session) => {
        const { options, output, surroundings } = session
        const { simulatedClouds, startSimulator } = await import('@cloud-keypair/simulator')
        const printer = output.rows(view)
        const chosen = simulatedClouds.filter((cloud) => options.cloud === undefined || options.cloud === cloud)
        if (chosen.length === 0) {
          throw usageError(`there is no simulator of ${options.cloud}`, `There are ${simulatedClouds.join(', ')}.`)
        }
        if (chosen.length > 1 && (port !== undefined || variants !== undefined || file !== undefined)) {
          throw usageError('--port, --variants and --seed are for one cloud', 'Give --cloud as well.')
        }
        const seed = file === undefined ? undefined : parseSeed(await readText(file, surroundings.stdin), file)
        const started: (StartedSimulator & { readonly cloud: SimulatedCloud })[] = []
        try {
          for (const cloud of chosen) {
            const hasRegion = chosen.length === 1 || clouds.get(cloud)?.regions === 'required'
            const region = hasRegion ? options.region : undefined
            const simulator = await startSimulator({ cloud, port, region, variants, seed }).catch(refuse)
            started.push({ cloud, ...simulator })
          }
          await printer.list(started.map(simulatedOf))
          await output.note('Running until Ctrl-C. To try one, with its environment set:')
          for (const { cloud, access } of started) await output.note(`  ${exampleOf(cloud, access)}`)
          await untilInterrupted(session.interruptions.signal)
        } finally {
          for (const { close } of started) await close()
        }
        return 0
      }),
    )
}

function simulatedOf({ cloud, access }: StartedSimulator & { readonly cloud: SimulatedCloud }): Simulated {
  const { url = '', region } = access
  return { cloud, url, ...(region !== undefined && { region }), environment: environmentOf(cloud, access) }
}

/** Returns the variables from which the vendor's tools take an access key. */
function environmentOf(cloud: SimulatedCloud, access: StartedSimulator['access']): Readonly<Record<string, string>> {
  const { accessKeyId = '', secretAccessKey = '', accessKeySecret = '', secretId = '', secretKey = '' } = access
  switch (cloud) {
    case 'volcengine':
      return { VOLCENGINE_ACCESS_KEY: accessKeyId, VOLCENGINE_SECRET_KEY: secretAccessKey }
    case 'alibaba-ecs':
    case 'alibaba-ens':
      return { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret }
    case 'aws':
      return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    case 'tencent':
      return { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey }
    case 'openstack':
      return {
        OS_AUTH_URL: access['authUrl'] ?? '',
        OS_AUTH_TYPE: 'v3applicationcredential',
        OS_APPLICATION_CREDENTIAL_ID: access['applicationCredentialId'] ?? '',
        OS_APPLICATION_CREDENTIAL_SECRET: access['applicationCredentialSecret'] ?? '',
      }
  }
}

function variablesOf(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

function exampleOf(cloud: string, { url = '', authUrl, region }: StartedSimulator['access']): string {
  // The catalog has the endpoint of a cloud whose credentials are for Keystone.
  const endpoint = authUrl === undefined ? ` --endpoint ${url}` : ''
  return `cloud-keypair list --cloud ${cloud}${endpoint}${region === undefined ? '' : ` --region ${region}`}`
}

/** Throws a usage error for an unknown setting of the simulator, or a taken port. */
function refuse(error: unknown): never {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
  throw usageError(message, 'Correct --port, --region, --variants or the file of --seed, as the message says.')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('Give a number from 0 to 65535.')
  }
  return port
}

function parseVariants(text: string): unknown {
  const variants = parseJson(text)
  if (variants === undefined) throw new InvalidArgumentError('Give JSON, such as \'{"powerChangeMs":1000}\'.')
  return variants
}

function parseSeed(text: string, file: string): unknown {
  const seed = parseJson(text)
  if (seed === undefined) throw usageError(`${file} is not JSON`, 'It has "keyPairs" and "instances".')
  return seed
}
