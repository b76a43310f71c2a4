import {
  absent,
  type CredentialSource,
  errorKind,
  parseJson,
  readSmallFile,
  unusable,
} from '@cloud-keypair/core/credentials'
import { err, ok, type Result } from '@cloud-keypair/core'
import { join } from 'node:path'
import * as v from 'valibot'
import type { OpenStackOptions } from '../options.js'
import { loadYaml } from '../vendor.js'
import { type Account, accountOf, type CloudSettings } from './account.js'

type Environment = Readonly<Record<string, string | undefined>>

const fields = v.record(v.string(), v.unknown())
const cloudList = v.optional(v.record(v.string(), fields), {})
type Clouds = Readonly<Record<string, CloudSettings>>
/** The field of a file that has its clouds: that of profiles of vendors has another one. */
type ListName = 'clouds' | 'public-clouds'

/** A file with clouds. */
interface CloudsFile {
  readonly path: string
  readonly clouds: Clouds
}

/** Returns the paths of a file in the order of openstack/config/loader.py of openstacksdk. */
function pathsOf(name: string, override: string | undefined, environment: Environment, home: string | undefined) {
  const own = home === undefined ? [] : [join(home, '.config')]
  const user = environment['XDG_CONFIG_HOME'] ? [environment['XDG_CONFIG_HOME']] : own
  const folders = ['.', ...user.map((folder) => join(folder, 'openstack')), '/etc/openstack']
  const paths = folders.flatMap((folder) => ['yaml', 'yml', 'json'].map((end) => join(folder, `${name}.${end}`)))
  return override ? [override, ...paths] : paths
}

/** Reads the first of the files that is there. Errors: the reason, which quotes nothing of the file. */
async function readFirst(
  paths: readonly string[],
  list: ListName = 'clouds',
): Promise<Result<CloudsFile | undefined, string>> {
  for (const path of paths) {
    const text = readSmallFile(path)
    if (text.isErr()) return err(`${path} ${text.error}`)
    if (text.value !== undefined) {
      const clouds = await parse(path, text.value, list)
      return clouds.map((known) => ({ path, clouds: known }))
    }
  }
  return ok(undefined)
}

async function parse(path: string, text: string, list: ListName): Promise<Result<Clouds, string>> {
  const yaml = await loadYaml()
  if (yaml.isErr()) return err(`${path} cannot be read: ${yaml.error.message}`)
  try {
    const content = v.safeParse(fields, (path.endsWith('json') ? parseJson(text) : yaml.value(text)) ?? {})
    const clouds = content.success ? v.safeParse(cloudList, content.output[list]) : content
    return clouds.success ? ok(clouds.output) : err(`${path} has no list of ${list}`)
  } catch (error) {
    // The message of the parser quotes the file.
    return err(`${path} is not YAML (${errorKind(error)})`)
  }
}

/** Returns the settings of a cloud of a file; none if there is no such file, or no such cloud in it. */
function settingsOf(file: CloudsFile | undefined, name: string): CloudSettings {
  return (file !== undefined && Object.hasOwn(file.clouds, name) ? file.clouds[name] : undefined) ?? {}
}

/**
 * Makes the source of a cloud of clouds.yaml, with what secure.yaml adds to it, and what its profile in clouds-public.yaml
 * has beside it. Without a name it is the only cloud of the file.
 */
export function cloudSource(
  name: string | undefined,
  options: OpenStackOptions,
  environment: Environment,
  home: string | undefined,
): CredentialSource<Account> {
  const wanted = name === undefined ? 'the only cloud' : `the cloud ${name}`
  return {
    name: `${wanted} of clouds.yaml`,
    find: async () => {
      const pathsFor = (file: string, override = '') => pathsOf(file, environment[override], environment, home)
      const open = await readFirst(pathsFor('clouds', 'OS_CLIENT_CONFIG_FILE'))
      if (open.isErr()) return unusable(open.error)
      const { path, clouds } = open.value ?? {}
      if (path === undefined || clouds === undefined) {
        return name === undefined ? absent('there is no such file') : unusable(`there is no clouds.yaml with ${wanted}`)
      }
      const known = Object.keys(clouds)
      const chosen = name ?? (known.length === 1 ? known[0] : undefined)
      const list = `It has ${known.length === 0 ? 'none' : known.join(', ')}.`
      if (chosen === undefined) return absent(`${path} has ${known.length} clouds, and OS_CLOUD names none`)
      const settings = Object.hasOwn(clouds, chosen) ? clouds[chosen] : undefined
      if (settings === undefined) return unusable(`${path} has no cloud ${chosen}`, list)
      const secure = await readFirst(pathsFor('secure', 'OS_CLIENT_SECURE_FILE'))
      if (secure.isErr()) return unusable(secure.error)
      const own = merged(settings, settingsOf(secure.value, chosen))
      const { profile } = own
      const vendors =
        profile === undefined ? ok(undefined) : await readFirst(pathsFor('clouds-public'), 'public-clouds')
      if (vendors.isErr()) return unusable(vendors.error)
      const region = { region_name: environment['OS_REGION_NAME'] }
      const wording = { source: `the cloud ${chosen} of ${path}`, nameOf: (field: string) => field }
      return accountOf({ ...region, ...merged(settingsOf(vendors.value, String(profile)), own) }, options, wording)
    },
  }
}

/** Merges settings, and the fields of `auth`. An `auth` that cannot be read stays, for the message about it. */
function merged(settings: CloudSettings, more: CloudSettings): CloudSettings {
  const auth = v.safeParse(v.nullish(fields, {}), settings['auth'])
  if (!auth.success) return settings
  const moreAuth = v.safeParse(v.nullish(fields, {}), more['auth'])
  return { ...settings, ...more, auth: moreAuth.success ? { ...auth.output, ...moreAuth.output } : more['auth'] }
}
