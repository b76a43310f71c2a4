import { err, ok, type Result } from '@cloud-keypair/core'
import { absent, type NotFound, unusable } from '@cloud-keypair/core/credentials'
import { type ConfigFile, configPath, type Fields, readConfigFile, readSharedFile, sharedPath } from './config-file.js'
import { isOn, type Surroundings, variable } from './surroundings.js'

/** One profile of the vendor's command, or of its SDKs. */
export interface Profile {
  readonly kind: 'command' | 'shared'
  readonly name: string
  /** The profile in messages: its name and its file. */
  readonly label: string
  readonly fields: Fields
  readonly file: ConfigFile
}

/** The places of profiles. */
type Places = Pick<Surroundings, 'environment' | 'home'>

/**
 * Chooses the profile: the one that the option names, else `ALIBABA_CLOUD_PROFILE`, else the current one of the vendor's
 * command, else `default` of its SDKs. A profile that the option or the environment names has to be there.
 */
export function chooseProfile(option: string | undefined, places: Places): Result<Profile, NotFound> {
  const wanted = option ?? nameInEnvironment(places)
  const files = readFiles(option, places)
  if (files.isErr()) return err(unusable(files.error))
  for (const { kind, file } of files.value) {
    const name = wanted ?? file.current
    const fields = file.profiles.get(name)
    if (fields !== undefined) return ok({ kind, name, label: `profile ${name} of ${file.path}`, fields, file })
  }
  if (wanted === undefined) return err(absent(describe(files.value, places)))
  return err(
    unusable(
      `there is no profile ${wanted}: ${describe(files.value, places)}`,
      `Run aliyun configure --profile ${wanted}, or name another profile.`,
    ),
  )
}

function nameInEnvironment(places: Places): string | undefined {
  // The first is read by the vendor's SDKs and command, the others by the command alone.
  const names = ['ALIBABA_CLOUD_PROFILE', 'ALIBABACLOUD_PROFILE', 'ALICLOUD_PROFILE']
  return names.map((name) => variable(places, name)).find((name) => name !== undefined)
}

interface Found {
  readonly kind: Profile['kind']
  readonly file: ConfigFile
}

const switchName = 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED'

function readFiles(option: string | undefined, places: Places): Result<readonly Found[], string> {
  const path = option === undefined && isOn(places, switchName) ? undefined : configPath(places)
  const command = path === undefined ? ok(undefined) : readConfigFile(path)
  if (command.isErr()) return err(command.error)
  const pathOfShared = sharedPath(places)
  const shared = pathOfShared === undefined ? ok(undefined) : readSharedFile(pathOfShared)
  if (shared.isErr()) return err(shared.error)
  return ok([
    ...(command.value === undefined ? [] : [{ kind: 'command', file: command.value } as const]),
    ...(shared.value === undefined ? [] : [{ kind: 'shared', file: shared.value } as const]),
  ])
}

function describe(files: readonly Found[], places: Places): string {
  if (files.length === 0) {
    const paths = [configPath(places), sharedPath(places)].filter((path) => path !== undefined)
    return paths.length === 0 ? 'the user has no home directory' : `there is no file ${paths.join(' and no file ')}`
  }
  return files.map(({ file }) => `${file.path} has ${[...file.profiles.keys()].join(', ') || 'none'}`).join(', and ')
}
