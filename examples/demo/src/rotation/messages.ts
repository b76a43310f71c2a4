import type { ProgressEvent } from '@cloud-keypair/core'
import * as v from 'valibot'

/** The input of a process that rotates. It is sent over a channel between the processes, as it has an access key. */
export interface Job {
  readonly provider: string
  readonly access: {
    readonly region?: string | undefined
    readonly endpoint: string
    readonly accessKey: { readonly id: string; readonly secret: string }
  }
  readonly replaced: string
  readonly name: string
  readonly publicKey: string
  readonly checkpointPath: string
}

/** The progress of a rotation. */
export interface Progress extends Pick<ProgressEvent, 'finished' | 'total'> {
  readonly kind: 'progress'
  readonly step: string
  readonly instanceIds: readonly string[]
}

/** The result of a rotation. */
export type Outcome =
  | { readonly kind: 'rotated'; readonly removed: boolean; readonly pendingRestart: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string }

/** The messages of a process that rotates: its progress, and at last its result. */
export type Message = Progress | Outcome

/** The end of a process that rotates. */
export type Ending = Outcome | { readonly kind: 'killed' }

const ids = v.array(v.string())

export const jobSchema: v.GenericSchema<unknown, Job> = v.object({
  provider: v.string(),
  access: v.object({
    region: v.optional(v.string()),
    endpoint: v.string(),
    accessKey: v.object({ id: v.string(), secret: v.string() }),
  }),
  replaced: v.string(),
  name: v.string(),
  publicKey: v.string(),
  checkpointPath: v.string(),
})

export const messageSchema: v.GenericSchema<unknown, Message> = v.variant('kind', [
  v.object({
    kind: v.literal('progress'),
    step: v.string(),
    instanceIds: ids,
    finished: v.number(),
    total: v.number(),
  }),
  v.object({ kind: v.literal('rotated'), removed: v.boolean(), pendingRestart: ids }),
  v.object({ kind: v.literal('failed'), why: v.string() }),
])
