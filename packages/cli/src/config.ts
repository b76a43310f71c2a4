import { join } from 'node:path'
import { parseJson, readSmallFile } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import type { Surroundings } from './surroundings.js'
import { usageError } from './usage-error.js'

/** An account of the configuration. Holds no secret: credentials stay in the files of the vendor's own tools. */
export interface Account {
  readonly cloud?: string | undefined
  readonly region?: string | undefined
  /** A profile of the vendor's command. */
  readonly profile?: string | undefined
  readonly endpoint?: string | undefined
}

/** The accounts that the user has written down. */
export interface Config {
  /** The account that is used if `--profile` names none. */
  readonly default?: string | undefined
  readonly accounts: Readonly<Record<string, Account>>
}

/** Returns the path of the configuration; undefined if the user has no home directory. */
export function configPath({ environment, homeDirectory }: Surroundings): string | undefined {
  return inFolder(environment['XDG_CONFIG_HOME'], homeDirectory, '.config', 'config.json')
}

/** Returns a path in a folder of the XDG specification, which names only absolute paths in its variables. */
export function inFolder(
  variable: string | undefined,
  homeDirectory: string | undefined,
  usual: string,
  ...rest: readonly string[]
): string | undefined {
  if (variable?.startsWith('/')) return join(variable, 'cloud-keypair', ...rest)
  return homeDirectory === undefined ? undefined : join(homeDirectory, usual, 'cloud-keypair', ...rest)
}

/** Reads the configuration. A missing file is an empty one; anything else that is not a configuration is a usage error. */
export function readConfig(surroundings: Surroundings): Config {
  const path = configPath(surroundings)
  const text = path === undefined ? undefined : textOf(path)
  if (path === undefined || text === undefined) return { accounts: {} }
  const json = parseJson(text)
  if (json === undefined) throw usageError(`the configuration ${path} is not JSON`, `Correct it. ${form}`)
  const parsed = parseConfig(json)
  if (typeof parsed !== 'string') return parsed
  throw usageError(`the configuration ${path} is not as it should be: ${parsed}`, form)
}

const form = 'It has "default" and "accounts"; an account has cloud, region, profile and endpoint, and no secrets.'

function textOf(path: string): string | undefined {
  return readSmallFile(path).match(
    (text) => text,
    (problem) => {
      throw usageError(`the configuration ${path} ${problem}`, 'Make it a file that you may read, or move it away.')
    },
  )
}

/** Returns the configuration, or why it is none. */
function parseConfig(value: unknown): Config | string {
  const text = v.optional(v.string())
  const account = v.strictObject({ cloud: text, region: text, profile: text, endpoint: text })
  const config = v.strictObject({ default: text, accounts: v.optional(v.record(v.string(), account), {}) })
  const parsed = v.safeParse(config, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return [v.getDotPath(issue), issue.message].filter((part) => part !== null).join(': ')
}
