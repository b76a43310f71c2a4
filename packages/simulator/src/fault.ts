/** The calls that a fault meets. */
export interface FaultAim {
  /** The vendor's name of the action. Default: any. */
  readonly action?: string | undefined
  /** So many matching calls pass first. Default 0. */
  readonly skip?: number | undefined
  /** So many calls are hit, `Infinity` for all. Default 1; a `bucket` stays until it is cleared. */
  readonly times?: number | undefined
}

/** Damage to the text of an answer or to what surrounds it, the same for every cloud. */
export const textDamages = [
  'truncate',
  'html-502',
  'empty-503',
  'html-200',
  'array',
  'huge',
  'wrong-content-type',
  'redirect',
] as const

/** Damage to what an answer says, in the terms of its cloud. */
export const shapeDamages = [
  'wrong-type',
  'drop-details',
  'extra-details',
  'foreign-details',
  'refused-and-accepted',
  'accepted-and-refused',
  'number-for-string',
  'empty-text',
  'lone-item',
  'error-in-200',
] as const

/** See {@link textDamages}. */
export type TextDamage = (typeof textDamages)[number]

/** See {@link shapeDamages}. */
export type ShapeDamage = (typeof shapeDamages)[number]

/** The damage to an answer. */
export type BodyDamage = TextDamage | ShapeDamage

/** Refused for its rate before anything happens. */
export interface ThrottleFault {
  readonly kind: 'throttle'
  /** The hint when to come back, in the form that the cloud has for it. */
  readonly retryAfterMs?: number | undefined
  /** The HTTP status. Default: the cloud's usual one. */
  readonly status?: number | undefined
  /** The code. Default: the cloud's usual one. */
  readonly code?: string | undefined
}

/** Refused as a whole, nothing done. */
export interface RefuseFault {
  readonly kind: 'refuse'
  readonly status: number
  readonly code: string
  readonly message?: string | undefined
}

/** Refused as a whole, nothing done. The refusal repeats the headers and the body of the request. */
export interface EchoFault {
  readonly kind: 'echo'
  readonly status: number
  /** The code of a refusal in the form of the cloud. Default: none, and the answer is plain text, as by a gateway. */
  readonly code?: string | undefined
}

/** The kind of a fault. */
export type FaultKind =
  | ThrottleFault
  /** A token bucket, by the clock: calls beyond it are refused for their rate. */
  | { readonly kind: 'bucket'; readonly ratePerSecond: number; readonly burst: number }
  /** These items of a call fail, the others succeed. Meets only calls that have one of them. */
  | {
      readonly kind: 'item'
      readonly ids: readonly string[]
      readonly code: string
      readonly message?: string | undefined
    }
  | RefuseFault
  | EchoFault
  /** The socket is destroyed, after the call was carried out or instead of it. */
  | { readonly kind: 'reset'; readonly commit: boolean }
  /** Never answered. */
  | { readonly kind: 'hang'; readonly commit: boolean }
  /** Never answered, and carried out `afterMs` later by the clock. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /**
   * The answer is damaged. `commit` says whether the call was carried out; by default it was, except for
   * `html-502`, `empty-503`, `error-in-200` and `redirect`.
   */
  | { readonly kind: 'body'; readonly transform: BodyDamage; readonly commit?: boolean | undefined }
  /** The body comes in two halves, `ms` apart. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The call is accepted, and its work is given up later. Tencent Cloud alone tells that. */
  | { readonly kind: 'fail-late' }
  /** A page has at most so many items, and says that more follow. */
  | { readonly kind: 'short-page'; readonly items: number }
  /** A read is answered from the world as it was `lagMs` ago, at most 10 minutes. */
  | { readonly kind: 'read-lag'; readonly lagMs: number }

/** A fault to come. */
export type Fault = FaultAim & FaultKind

/** A fault as it meets a call: a bucket that is empty throttles. */
export type Strike = Exclude<FaultKind, { readonly kind: 'bucket' }>

/** A call, as the queue of faults sees it. */
export interface FaultTarget {
  readonly action: string
  readonly mutating: boolean
  /** True if one of these is an item of the call. */
  hasItem(ids: readonly string[]): boolean
}

/** The faults to come, the first that was given first. */
export interface FaultQueue {
  add(fault: Fault): void
  clear(): void
  /** Takes the fault that meets this call out of the queue. */
  take(target: FaultTarget, now: number): Strike | undefined
}

interface Waiting {
  readonly fault: Fault
  skip: number
  times: number
  /** Tokens in a bucket, and when they were counted. */
  tokens: number
  countedAt: number | undefined
}

/** Creates an empty queue. */
export function createFaultQueue(): FaultQueue {
  const waiting: Waiting[] = []
  return {
    add: (fault) => {
      const tokens = fault.kind === 'bucket' ? fault.burst : 0
      const times = fault.times ?? (fault.kind === 'bucket' ? Infinity : 1)
      waiting.push({ fault, skip: fault.skip ?? 0, times, tokens, countedAt: undefined })
    },
    clear: () => {
      waiting.length = 0
    },
    take: (target, now) => {
      for (const [index, entry] of waiting.entries()) {
        if (!meets(entry.fault, target)) continue
        if (entry.skip > 0) {
          entry.skip -= 1
          continue
        }
        if (entry.fault.kind === 'bucket' && drawToken(entry, entry.fault, now)) continue
        entry.times -= 1
        if (entry.times <= 0) waiting.splice(index, 1)
        return entry.fault.kind === 'bucket' ? { kind: 'throttle' } : entry.fault
      }
      return undefined
    },
  }
}

const ofReads: ReadonlySet<Fault['kind']> = new Set(['read-lag', 'short-page'])

function meets(fault: Fault, target: FaultTarget): boolean {
  if (fault.action !== undefined && fault.action !== target.action) return false
  if (fault.kind === 'item') return target.hasItem(fault.ids)
  return target.mutating ? !ofReads.has(fault.kind) : fault.kind !== 'fail-late'
}

function drawToken(
  entry: Waiting,
  bucket: { readonly ratePerSecond: number; readonly burst: number },
  now: number,
): boolean {
  const gained = ((now - (entry.countedAt ?? now)) / 1000) * bucket.ratePerSecond
  entry.tokens = Math.min(bucket.burst, entry.tokens + gained)
  entry.countedAt = now
  if (entry.tokens < 1) return false
  entry.tokens -= 1
  return true
}

/** True if a call with this damage to its answer was carried out. */
export function damageCommits(fault: {
  readonly transform: BodyDamage
  readonly commit?: boolean | undefined
}): boolean {
  return fault.commit ?? !['html-502', 'empty-503', 'error-in-200', 'redirect'].includes(fault.transform)
}
