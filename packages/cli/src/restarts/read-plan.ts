import type { Plan } from '@cloud-keypair/core'
import { parseJson } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import { usageError } from '../usage-error.js'
import { planRequestSchema } from './job.js'

const keyPairs = v.array(
  v.object({ name: v.string(), id: v.exactOptional(v.string()), fingerprint: v.exactOptional(v.string()) }),
)

const planSchema: v.GenericSchema<unknown, Plan> = v.object({
  version: v.literal(1),
  provider: v.string(),
  region: v.string(),
  endpoint: v.string(),
  request: planRequestSchema,
  snapshot: v.object({
    keyPairs,
    absentKeyPairs: v.array(v.string()),
    instances: v.array(
      v.object({
        id: v.string(),
        power: v.string(),
        keyPair: v.nullable(v.object({ name: v.exactOptional(v.string()), id: v.exactOptional(v.string()) })),
      }),
    ),
    absentInstances: v.array(v.string()),
  }),
  calls: v.array(
    v.object({
      call: v.picklist(['import', 'stop', 'detach', 'attach', 'start', 'reboot', 'delete']),
      keyPair: v.exactOptional(v.string()),
      instanceIds: v.array(v.string()),
    }),
  ),
  refused: v.array(v.object({ id: v.string(), code: v.custom<Plan['refused'][number]['code']>(isText) })),
  digest: v.string(),
})

/** Reads a plan that `plan -o json` wrote. The service itself finds out whether it was edited. */
export function readPlan(text: string, file: string): Plan {
  const json = parseJson(text)
  if (json === undefined) throw usageError(`${file} is not JSON`, 'Make a plan with: cloud-keypair plan … -o json')
  const parsed = v.safeParse(planSchema, json)
  if (parsed.success) return parsed.output
  const [{ message }] = parsed.issues
  throw usageError(
    `${file} is not a plan: ${v.getDotPath(parsed.issues[0]) ?? 'it'}: ${message}`,
    'Make one with: cloud-keypair plan … -o json',
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
