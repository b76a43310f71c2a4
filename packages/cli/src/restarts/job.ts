import type { KeyPairReference, NewKeyType, PlanRequest } from '@cloud-keypair/core'
import * as v from 'valibot'
import { keyTypes } from '../values.js'

/** An operation with restarts, as plain data: what a run needs to go on in a later process. */
export interface Job {
  readonly request: PlanRequest
  /** The file for the private key of a rotation. */
  readonly privateKeyFile?: string | undefined
  /** The source of its passphrase, as `--passphrase` takes it: never the passphrase itself. */
  readonly passphrase?: string | undefined
  readonly keyType?: NewKeyType | undefined
  readonly bits?: 2048 | 3072 | 4096 | undefined
  /** A command that checks each instance after its restart. */
  readonly check?: string | undefined
}

const text = v.optional(v.string())
const count = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)))
const flag = v.optional(v.boolean())

const reference = v.union([v.object({ name: v.string(), id: text }), v.object({ id: v.string(), name: text })])

const common = { maxUnavailable: count, force: flag }

const change = {
  ...common,
  keyPair: reference,
  instanceIds: v.array(v.string()),
  restartUnchanged: flag,
  onlyIfVacant: flag,
}

const request = v.variant('operation', [
  v.strictObject({ operation: v.literal('attach'), ...change }),
  v.strictObject({ operation: v.literal('detach'), ...change }),
  v.strictObject({
    operation: v.literal('rotate'),
    ...common,
    replaced: reference,
    name: v.string(),
    description: text,
    tags: v.optional(v.record(v.string(), v.string())),
    group: text,
    publicKey: text,
  }),
])

/** Reads the request of a plan. */
export const planRequestSchema: v.GenericSchema<unknown, PlanRequest> = request

/** Reads a job. */
export const jobSchema: v.GenericSchema<unknown, Job> = v.strictObject({
  request,
  privateKeyFile: text,
  passphrase: v.optional(v.pipe(v.string(), v.regex(/^(env:.|file:.|prompt$)/))),
  keyType: v.optional(v.picklist(keyTypes)),
  bits: v.optional(v.picklist([2048, 3072, 4096])),
  check: text,
})

/** Returns the key pair that a job is about, and for a rotation the one that is replaced. */
export function referenceOf({ request }: Pick<Job, 'request'>): KeyPairReference {
  return request.operation === 'rotate' ? request.replaced : request.keyPair
}

/** Returns the name or id of the key pair that a job is about. */
export function keyPairOf(job: Pick<Job, 'request'>): string {
  const { name, id } = referenceOf(job)
  return name ?? id ?? ''
}
