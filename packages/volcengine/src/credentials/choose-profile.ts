import { err, ok, type Result } from '@cloud-keypair/core'
import { absent, type NotFound, unusable } from '@cloud-keypair/core/credentials'
import { type ConfigFile, configPath, type Fields, readConfigFile } from './config-file.js'
import type { Surroundings } from './surroundings.js'

/** One profile of the vendor's command. */
export interface Profile {
  readonly name: string
  /** The profile in messages: its name and its file. */
  readonly label: string
  readonly fields: Fields
  readonly file: ConfigFile
}

/**
 * Chooses the profile: the one that the option names, else `VOLCENGINE_PROFILE`, else the current one of the file.
 * A profile that the option or the environment names has to be there.
 */
export function chooseProfile(option: string | undefined, surroundings: Surroundings): Result<Profile, NotFound> {
  const { environment } = surroundings
  const wanted = option ?? (environment['VOLCENGINE_PROFILE']?.trim() || environment['VOLCSTACK_PROFILE']?.trim())
  const lacking = (reason: string, hint?: string): Result<never, NotFound> =>
    err(wanted ? unusable(`there is no profile ${wanted}: ${reason}`, hint) : absent(reason))

  const path = configPath(surroundings)
  if (path === undefined) return lacking('the user has no home directory')
  const file = readConfigFile(path)
  if (file.isErr()) return err(unusable(file.error))
  if (file.value === undefined) return lacking(`there is no file ${path}`, 'Run ve configure set, or ve login.')
  const name = wanted || file.value.current || 'default'
  const names = Object.keys(file.value.profiles)
  const fields = names.includes(name) ? file.value.profiles[name] : undefined
  if (fields === undefined)
    return lacking(`${path} has no profile ${name}`, `Name one of its profiles: ${names.join(', ')}.`)
  return ok({ name, label: `profile ${name} of ${path}`, fields, file: file.value })
}
