import { err, ok, type Result } from '@cloud-keypair/core'
import { parseJson, readSmallFile } from '@cloud-keypair/core/credentials'
import { parse } from 'ini'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Surroundings, variable } from './surroundings.js'

// The file of the vendor's command: config/profile.go and config/configuration.go of github.com/aliyun/aliyun-cli.
// The file of the vendor's SDKs: providers/profile.ts of @alicloud/credentials.

/** A set of fields of a file: a profile. */
export type Fields = Readonly<Record<string, unknown>>

/** The profiles of a file, by name. */
export interface ConfigFile {
  readonly path: string
  /** The profile that is used if none is named. */
  readonly current: string
  readonly profiles: ReadonlyMap<string, Fields>
}

const fields = v.record(v.string(), v.unknown())
const schema = v.object({
  current: v.fallback(v.optional(v.string()), undefined),
  profiles: v.nullish(v.array(v.intersect([v.object({ name: v.string() }), fields])), []),
})

/** Returns the path of the profiles of the vendor's command; `undefined` without a home directory. */
export function configPath({ home }: Pick<Surroundings, 'home'>): string | undefined {
  return home === undefined ? undefined : join(home, '.aliyun', 'config.json')
}

/** Returns the path of the profiles of the vendor's SDKs; `undefined` without a home directory. */
export function sharedPath(surroundings: Pick<Surroundings, 'environment' | 'home'>): string | undefined {
  const { home } = surroundings
  const named = variable(surroundings, 'ALIBABA_CLOUD_CREDENTIALS_FILE')
  return named ?? (home === undefined ? undefined : join(home, '.alibabacloud', 'credentials'))
}

/** Reads the file of the vendor's command; `undefined` if there is none. Errors: the reason, with nothing of the file. */
export function readConfigFile(path: string): Result<ConfigFile | undefined, string> {
  const text = readSmallFile(path)
  if (text.isErr()) return err(`${path} ${text.error}`)
  if (text.value === undefined) return ok(undefined)
  const json = parseJson(text.value)
  if (json === undefined) return err(`${path} is not JSON`)
  const parsed = v.safeParse(schema, json)
  if (!parsed.success || Array.isArray(json)) return err(`${path} is not in the form of the vendor's command`)
  const { current, profiles } = parsed.output
  return ok({
    path,
    current: current?.trim() || 'default',
    profiles: new Map(profiles?.map((profile) => [profile.name, profile])),
  })
}

/** Reads the file of the vendor's SDKs; `undefined` if there is none. Errors: the reason, with nothing of the file. */
export function readSharedFile(path: string): Result<ConfigFile | undefined, string> {
  const text = readSmallFile(path)
  if (text.isErr()) return err(`${path} ${text.error}`)
  if (text.value === undefined) return ok(undefined)
  const sections = Object.entries(parse(text.value)).filter(([, section]) => v.is(fields, section))
  return ok({ path, current: 'default', profiles: new Map(sections) })
}

/** Returns a text, or a number as text, without white space around it; `undefined` if it is empty or something else. */
export function textOf(profile: Fields, name: string): string | undefined {
  const value = profile[name]
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

/** Returns a time in seconds since the epoch as milliseconds; `undefined` if there is none. */
export function secondsOf(profile: Fields, name: string): number | undefined {
  const seconds = Number(profile[name])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}
