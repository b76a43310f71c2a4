import { scrub } from '@cloud-keypair/core/http'
import { privateKeyForm } from './private-key-form.js'

/** JSON, as it is recorded. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The values that a record may have, besides harmless fields. */
export interface Scope {
  /** The text in the names of the probe's own key pairs, and in no other name. */
  readonly mark: string
  /** True for the instance of the probe, and for made-up ids. */
  isOwnInstance(id: string): boolean
  /** Returns the credentials. */
  secrets(): readonly string[]
}

/**
 * The fields whose values are recorded. Of all others only the type is: what an account has in its answers is nobody's
 * to list.
 */
const plain: ReadonlySet<string> = new Set([
  'RequestId',
  'Action',
  'Version',
  'Service',
  'Region',
  'RegionId',
  'Code',
  'CodeN',
  'Success',
  'KeyPairName',
  'KeyPairId',
  'FingerPrint',
  'KeyPairFingerPrint',
  'CreatedAt',
  'UpdatedAt',
  'CreationTime',
  'InstanceId',
  'Status',
  'OsType',
  'OSType',
  'StoppedMode',
  'InstanceChargeType',
  'PreviousStatus',
  'CurrentStatus',
  'TotalCount',
  'FailCount',
  'PageNumber',
  'PageSize',
  'MaxResults',
  'ForceStop',
  'BatchOptimization',
  'ClientToken',
  'Description',
  'ResourceType',
])

const texts: ReadonlySet<string> = new Set(['Message', 'Recommend'])

/** Returns the parameters of a request, as they may be recorded. */
export function scrubParameters(parameters: Iterable<readonly [string, string]>, scope: Scope): Json {
  return Object.fromEntries(
    [...parameters].map(([name, value]) => [name, scrubValue(name.replace(/\.\d+.*$/, ''), value, scope)]),
  )
}

/** Returns a body, as it may be recorded: JSON keeps its shape, of anything else only the length. */
export function scrubBody(text: string, scope: Scope): Json {
  const parsed = parse(text)
  return parsed === undefined ? `[${text.length} characters that are no JSON]` : scrubJson('', parsed.value, scope)
}

function scrubJson(name: string, value: unknown, scope: Scope): Json {
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => scrubJson(name, item, scope))
  if (typeof value !== 'object') return scrubValue(name, value, scope)
  const fields = Object.entries(value)
  const strange = fields.find(([key, of]) => isForeign(key, of, scope))
  if (strange !== undefined) return `[an object about another ${strange[0]}]`
  return Object.fromEntries(fields.map(([key, field]) => [key, scrubJson(key, field, scope)]))
}

function scrubValue(name: string, value: unknown, scope: Scope): Json {
  if (isForeign(name, value, scope)) return `[another ${name}]`
  if (value === '' || typeof value === 'boolean') return value
  if (lists.has(name) && typeof value === 'string') return scrubList(name, value, scope)
  if (typeof value === 'string' && name.startsWith('PrivateKey')) return `[private key: ${privateKeyForm(value)}]`
  if (typeof value === 'string' && texts.has(name)) return scrubText(value, scope.secrets())
  if (!plain.has(name)) return `[${typeof value}]`
  if (typeof value === 'number') return value
  const kept = typeof value === 'string' ? scrub(value, scope.secrets()) : ''
  return kept.length <= 160 && !isAddress(kept) ? kept : `[${typeof value}]`
}

/** Lists, whose items are judged one by one: numbered parameters, or an array in a text. */
const lists: ReadonlySet<string> = new Set(['InstanceIds', 'KeyPairNames', 'KeyPairIds'])

function scrubList(name: string, value: string, scope: Scope): Json {
  const items = parse(value)?.value
  const of = name.slice(0, -1)
  return Array.isArray(items)
    ? JSON.stringify(items.map((item) => scrubValue(of, item, scope)))
    : scrubValue(of, value, scope)
}

/** True if a field belongs to another key pair or instance than those of the probe. */
function isForeign(name: string, value: unknown, scope: Scope): boolean {
  if (typeof value !== 'string' || value === '') return false
  if (name === 'KeyPairName') return !value.includes(scope.mark)
  return name === 'InstanceId' && !scope.isOwnInstance(value)
}

/** Returns a sentence of the vendor without secrets, addresses and possible account numbers. */
function scrubText(text: string, secrets: readonly string[]): string {
  return scrub(text, secrets)
    .replaceAll(addresses, '[address]')
    .replaceAll(/\S*[:@/]\S*[:@/]\S*/g, '[name]')
    .replaceAll(/\d{8,}/g, '[number]')
}

const addresses = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]*[0-9a-f]{1,4}\b/gi

function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
