import { type Cloud, type CloudOptions, clouds } from './clouds.js'
import { type Account, configPath, readConfig } from './config.js'
import type { GlobalOptions } from './program.js'
import type { Surroundings } from './surroundings.js'
import { usageError } from './usage-error.js'

/** A cloud, and how to reach it. */
export interface Target {
  readonly name: string
  readonly cloud: Cloud
  readonly options: CloudOptions
}

type Wanted = Pick<GlobalOptions, 'cloud' | 'region' | 'profile' | 'endpoint'>

/** Returns the cloud that the options, the environment and the configuration lead to. */
export function resolveTarget(wanted: Wanted, surroundings: Surroundings): Target {
  const { account, vendorProfile } = findAccount(wanted.profile, surroundings)
  const name = wanted.cloud ?? account.cloud
  if (name === undefined) {
    const path = configPath(surroundings) ?? 'the configuration'
    throw usageError(
      'no cloud is given',
      `Give --cloud ${[...clouds.keys()].join('|')}, or write a default account into ${path}.`,
    )
  }
  // The settings of an account are for one cloud only.
  const own: Account = account.cloud === undefined || account.cloud === name ? account : {}
  const reach = {
    region: wanted.region ?? own.region,
    endpoint: wanted.endpoint ?? own.endpoint,
    profile: vendorProfile ?? own.profile,
  }
  return targetOf(name, reach, surroundings)
}

/** Returns the cloud of a name. The profile is one of the vendor's command: no account is looked up. */
export function targetOf(
  name: string,
  { region, endpoint, profile }: Pick<CloudOptions, 'region' | 'endpoint' | 'profile'>,
  { environment, homeDirectory, transport }: Surroundings,
): Target {
  const cloud = clouds.get(name)
  if (cloud === undefined) {
    throw usageError(`there is no cloud ${name}`, `The clouds are ${[...clouds.keys()].join(', ')}.`)
  }
  if (region !== undefined && cloud.regions === 'none') {
    throw usageError(`${cloud.title} has no regions for key pairs`, 'Leave out --region.')
  }
  const options = {
    testing: { environment, homeDirectory },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    ...(transport !== undefined && { transport }),
  }
  return { name, cloud, options }
}

interface Found {
  readonly account: Account
  /** A profile of the vendor's command, if the configuration has no account of that name. */
  readonly vendorProfile?: string
}

function findAccount(option: string | undefined, surroundings: Surroundings): Found {
  const config = readConfig(surroundings)
  const named = option ?? (surroundings.environment['CLOUD_KEYPAIR_PROFILE'] || undefined)
  if (named !== undefined) {
    const account = Object.hasOwn(config.accounts, named) ? config.accounts[named] : undefined
    return account === undefined ? { account: {}, vendorProfile: named } : { account }
  }
  if (config.default === undefined) return { account: {} }
  const account = Object.hasOwn(config.accounts, config.default) ? config.accounts[config.default] : undefined
  if (account !== undefined) return { account }
  throw usageError(
    `the default account ${config.default} is not among the accounts of ${configPath(surroundings)}`,
    'Add it there, or give --profile.',
  )
}
