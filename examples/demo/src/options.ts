import { parseArgs } from 'node:util'
import { clouds, type Cloud } from './clouds.js'

/** A run on instances that somebody uses. */
export interface AccountRun {
  readonly kind: 'account'
  readonly cloud: Cloud
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly instanceIds: readonly string[]
  readonly name: string | undefined
  readonly keyFile: string | undefined
}

/** The options of the command line. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'simulated' }
  | AccountRun

export const help: string = `Creates a key pair, attaches it, lists who uses it, detaches and deletes it.

  demo                             on simulated clouds, without an account; then it rotates a key pair on each that
                                   has attach, in a process that is killed half-way, and resumes that in another
  demo --provider NAME [options]   on a real account, with the credentials of the environment

  --provider NAME                  ${Object.keys(clouds).join(', ')}
  --instances ID,ID                the instances; no other one is touched
  --yes-change-these-instances     needed: until they are detached again, a restart makes these instances accept
                                   the new key pair, and no password. One that has a key pair is left alone.
  --region REGION                  default: the environment's; Alibaba Cloud ENS has none
  --endpoint HOST                  default: the region's own
  --name NAME                      of the key pair; default: cloud_keypair_demo_ and six random digits
  --key-file PATH                  where the private key is saved; default: a new folder for temporary files.
                                   On a real account it stays there.
  --help                           this text

Ctrl-C detaches and deletes what the demo made, and then ends it; a second one ends it at once.
Exit code: 0 where all came out as expected, 130 after Ctrl-C, else 1.`

const options = {
  provider: { type: 'string' },
  region: { type: 'string' },
  instances: { type: 'string' },
  endpoint: { type: 'string' },
  name: { type: 'string' },
  'key-file': { type: 'string' },
  'yes-change-these-instances': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the command line. */
export function readRequest(args: readonly string[]): Request {
  try {
    return check(parseArgs({ args: [...args], options, strict: true }).values)
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
}

function check(values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']): Request {
  const { provider, region, endpoint, name, 'key-file': keyFile, 'yes-change-these-instances': isMeant } = values
  if (values.help) return { kind: 'help' }
  if (provider === undefined) {
    const others = { region, endpoint, name, 'key-file': keyFile, instances: values.instances }
    const given = Object.entries(others).find(([, value]) => value !== undefined)
    return given === undefined && !isMeant
      ? { kind: 'simulated' }
      : wrong(`--${given?.[0] ?? 'yes-change-these-instances'} needs --provider`)
  }
  const cloud = Object.hasOwn(clouds, provider) ? clouds[provider] : undefined
  if (cloud === undefined) return wrong(`there is no provider ${provider}; one of: ${Object.keys(clouds).join(', ')}`)
  if (region !== undefined && !cloud.hasRegions) return wrong(`--region: the key pairs of ${cloud.title} have none`)
  const ids = (values.instances ?? '').split(',').map((id) => id.trim())
  const instanceIds = [...new Set(ids.filter((id) => id !== ''))]
  if (instanceIds.length === 0) return wrong('--instances names the instances, as in --instances i-a,i-b')
  if (!isMeant) {
    return wrong(`this changes who may log in to ${instanceIds.join(', ')}: add --yes-change-these-instances`)
  }
  return { kind: 'account', cloud, region, endpoint, instanceIds, name, keyFile }
}

function wrong(why: string): Request {
  return { kind: 'wrong', why }
}
