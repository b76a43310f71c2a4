import {
  absent,
  type CredentialSource,
  type Finding,
  homeDirectoryOf,
  optionSource,
  unusable,
} from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import { type Account, accountOf, type CloudSettings } from './credentials/account.js'
import { cloudSource } from './credentials/clouds-yaml.js'
import type { OpenStackOptions } from './options.js'

/** The variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

const optionOf = (field: string): string => field.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const fieldOf = (option: string): string => option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** True if the variables have credentials, and no cloud of clouds.yaml is named. */
export function hasVariables({ profile }: OpenStackOptions, environment: Environment): boolean {
  if (profile !== undefined || environment['OS_CLOUD']) return false
  return ['OS_PASSWORD', 'OS_APPLICATION_CREDENTIAL_SECRET', 'OS_TOKEN', 'OS_AUTH_TYPE'].some(
    (name) => environment[name],
  )
}

function environmentSource(options: OpenStackOptions, environment: Environment): CredentialSource<Account> {
  const source = 'the variables OS_*'
  return {
    name: source,
    find: () => {
      if (!hasVariables(options, environment)) return absent('not set')
      const settings = Object.entries(environment).flatMap(([name, value]) =>
        name.startsWith('OS_') && value ? [[name.slice(3).toLowerCase(), value] as const] : [],
      )
      return accountOf(Object.fromEntries(settings), options, {
        source,
        nameOf: (field) => `OS_${field.toUpperCase()}`,
      })
    },
  }
}

const kinds = ['password', 'application-credential', 'token'] as const
const givenSchema = v.looseObject({ kind: v.picklist(kinds) })

/** Reads the option `credentials`. The address and the region may come from the environment, and nothing else. */
function accountOfOption(options: OpenStackOptions, environment: Environment) {
  return (given: unknown, source: string): Finding<Account> => {
    const parsed = v.safeParse(givenSchema, given)
    if (!parsed.success) return unusable(`${source}: kind is none of ${kinds.join(', ')}`)
    const { kind, ...own } = parsed.output
    const settings: CloudSettings = {
      auth_url: environment['OS_AUTH_URL'],
      region_name: environment['OS_REGION_NAME'],
      interface: environment['OS_INTERFACE'],
      cacert: environment['OS_CACERT'],
      insecure: environment['OS_INSECURE'],
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [fieldOf(name), value])),
      auth_type: kind,
    }
    return accountOf(settings, options, { source, nameOf: optionOf })
  }
}

/** The way for a user to get credentials. */
export const advice =
  'Make an application credential (openstack application credential create), write it into ~/.config/openstack/clouds.yaml, and set OS_CLOUD. Or set OS_AUTH_URL and the other variables of an openrc file.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  options: OpenStackOptions,
  environment: Environment,
): readonly CredentialSource<Account>[] {
  const { credentials, profile, testing = {} } = options
  if (credentials !== undefined) return [optionSource(credentials, accountOfOption(options, environment))]
  const home = homeDirectoryOf(testing.homeDirectory)
  const cloud = profile ?? (environment['OS_CLOUD'] || undefined)
  const file = cloudSource(cloud, options, environment, home)
  return cloud === undefined ? [environmentSource(options, environment), file] : [file]
}
