import { parseArgs } from 'node:util'
import { clouds, type Cloud } from './clouds.js'
import { readLoginTarget, type LoginTarget } from './login.js'

/** A probe that is meant. */
export interface ProbeRun {
  readonly kind: 'probe'
  readonly cloud: Cloud
  readonly instanceId: string
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly login: LoginTarget | undefined
  /** The file for the exchange. */
  readonly record: string | undefined
  /** The file for the answers. */
  readonly json: string | undefined
}

/** The options of the command line. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }
  /** No instance is thrown away: says what a probe would do. */
  | { readonly kind: 'tell'; readonly cloud: Cloud }
  | ProbeRun

export const help: string = `Finds out, on one throw-away instance of a real account, which variant a cloud is where its documents are silent.

  probe --cloud NAME --throw-away INSTANCE [options]

  --cloud NAME            ${Object.keys(clouds).join(', ')}
  --throw-away INSTANCE   the id of an instance that nobody needs: it is stopped, started, and given key pairs and
                          rid of them. One that has a key pair, or runs Windows, is refused.
                          Without it nothing is called, and what would be done is told.
  --login USER@HOST[:PORT]  where ssh reaches the instance, for what only its guest shows
  --region REGION         default: the environment's; Alibaba Cloud ENS has none
  --endpoint HOST         default: the region's own
  --record FILE           writes what was sent and answered, without secrets and without what else is in the account
  --json FILE             writes the answers
  --help                  this text

Credentials are those that the adapter finds. Files are new ones of mode 0600: none is overwritten.
Ctrl-C ends the questions and cleans up; a second one gives that up and says what is left.
Exit code: 0 where it is all asked and cleaned up, 1 where something is left or failed, 2 where nothing was done,
130 after Ctrl-C.`

const options = {
  cloud: { type: 'string' },
  'throw-away': { type: 'string' },
  login: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  record: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the command line. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    return check(parseArgs({ args: [...args], options, strict: true }).values)
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
}

function check(values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']): CommandLine {
  const { cloud: provider, 'throw-away': instanceId, login, region, endpoint, record, json } = values
  if (values.help) return { kind: 'help' }
  const known: Readonly<Record<string, Cloud>> = clouds
  const cloud = provider !== undefined && Object.hasOwn(known, provider) ? known[provider] : undefined
  if (cloud === undefined) return wrong(`--cloud is one of: ${Object.keys(known).join(', ')}`)
  if (region !== undefined && !cloud.hasRegions) return wrong(`--region: the key pairs of ${cloud.title} have none`)
  const target = login === undefined ? undefined : readLoginTarget(login)
  if (login !== undefined && target === undefined)
    return wrong('--login is written like root@203.0.113.1 or root@host:22')
  if (record !== undefined && record === json) return wrong('--record and --json are two files')
  if (instanceId === undefined) return { kind: 'tell', cloud }
  if (!/^[\w.-]{1,64}$/.test(instanceId)) return wrong('--throw-away is the id of one instance')
  return { kind: 'probe', cloud, instanceId, region, endpoint, login: target, record, json }
}

function wrong(why: string): CommandLine {
  return { kind: 'wrong', why }
}
