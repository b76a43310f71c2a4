import { err, ok, type Result } from '@cloud-keypair/core'
import { parseJson, readSmallFile } from '@cloud-keypair/core/credentials'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import type { Surroundings } from './surroundings.js'

// The file of the vendor's command: docs/3-Configuration.md and cmd/configure.go of github.com/volcengine/volcengine-cli.

/** A set of fields of the file: a profile or an SSO session. */
export type Fields = Readonly<Record<string, unknown>>

/** The file of the vendor's command, as far as it is read. */
export interface ConfigFile {
  readonly path: string
  /** The folder that the command keeps its logins in. */
  readonly folder: string
  readonly current: string | undefined
  readonly profiles: Readonly<Record<string, Fields>>
  readonly ssoSessions: Readonly<Record<string, Fields>>
}

const named = v.fallback(v.record(v.string(), v.record(v.string(), v.unknown())), {})
const schema = v.object({
  current: v.fallback(v.optional(v.string()), undefined),
  profiles: v.nullish(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
  'sso-session': v.nullish(named, {}),
})

/** Returns the path of the profiles of the vendor's command; `undefined` without a home directory. */
export function configPath({ environment, home }: Surroundings): string | undefined {
  const given = environment['VOLCENGINE_CLI_CONFIG_FILE']?.trim()
  if (given) return resolve(given)
  return home === undefined ? undefined : join(home, '.volcengine', 'config.json')
}

/** Reads the file of the vendor's command; `undefined` if there is none. Errors: the reason, with nothing of the file. */
export function readConfigFile(path: string): Result<ConfigFile | undefined, string> {
  const text = readSmallFile(path)
  if (text.isErr()) return err(`${path} ${text.error}`)
  // The command itself takes an empty file for one without profiles.
  if (text.value === undefined || text.value.trim() === '') return ok(undefined)
  const json = parseJson(text.value)
  if (json === undefined) return err(`${path} is not JSON`)
  const parsed = v.safeParse(schema, json)
  if (Array.isArray(json) || !parsed.success) return err(`${path} is not in the form of the vendor's command`)
  const { current, profiles, 'sso-session': ssoSessions } = parsed.output
  return ok({ path, folder: dirname(path), current: current?.trim() || undefined, profiles, ssoSessions })
}

/** Returns a text, or a number as text, without white space around it; `undefined` if it is empty or something else. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}
