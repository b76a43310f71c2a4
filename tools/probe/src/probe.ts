import { notAsked, type Answer } from './answer.js'
import { ask } from './ask.js'
import type { Bounds } from './calls.js'
import { cleanUp, type Left } from './clean-up.js'
import type { Seen } from './vendor-api.js'
import { readInstance } from './instance.js'
import type { Exchange } from './record.js'
import { run } from './script.js'
import { openSession, type ProbeOptions, type Session } from './session.js'

/** One variant. */
export interface Row {
  readonly variant: string
  readonly assumed: unknown
  readonly answer: Answer<unknown>
}

/** The result of a probe. */
export type ProbeOutcome =
  /** The instance is none for a probe, and nothing was changed. */
  | { readonly kind: 'refused'; readonly why: string; readonly exchanges: readonly Exchange[] }
  | {
      readonly kind: 'probed'
      /** Empty if the cloud has no regions for key pairs. */
      readonly region: string
      readonly rows: readonly Row[]
      readonly left: readonly Left[]
      readonly interrupted: boolean
      readonly exchanges: readonly Exchange[]
      readonly minutes: number
    }

const questionBounds: Bounds = { calls: 600, ms: 90 * 60_000, persists: false }
const cleanUpBounds: Bounds = { calls: 3000, ms: 2 * 60 * 60_000, persists: true }

/** Asks a cloud, on one instance, which variant it is, and cleans up after itself. Never rejects. */
export async function probe(options: ProbeOptions): Promise<ProbeOutcome> {
  const { cloud, clock, signal, onProgress } = options
  const startedAt = clock.now()
  const session = openSession(options)
  const { exchanges, region, answers } = session
  const before = await run(readInstance(session.newLab(signal, questionBounds)))
  if (before.isErr()) return { kind: 'refused', why: before.error.why, exchanges }
  const unfit = unfitness(before.value)
  if (unfit !== undefined) return { kind: 'refused', why: unfit, exchanges }

  onProgress(`key pairs are named ${session.prefix}-…`)
  await askAll(options, session)
  onProgress('cleaning up')
  const left = await cleanUp(() => session.newLab(options.abandon, cleanUpBounds), before.value)
  const rows = [...answers].map(([variant, answer]) => ({ variant, assumed: cloud.assumed[variant], answer }))
  const minutes = (clock.now() - startedAt) / 60_000
  return { kind: 'probed', region, rows, left, interrupted: signal.aborted, exchanges, minutes }
}

async function askAll({ cloud, signal, onProgress }: ProbeOptions, { answers, newLab }: Session): Promise<void> {
  for (const [variant, question] of Object.entries(cloud.questions)) {
    const answer = signal.aborted
      ? notAsked('it was interrupted')
      : await ask(question, () => newLab(signal, questionBounds))
    answers.set(variant, answer)
    if (!signal.aborted) onProgress(`${variant}: ${answer.kind === 'not-asked' ? `not asked, ${answer.why}` : 'asked'}`)
  }
}

/** Returns the reason why an instance is unfit for a probe. Undefined if it is fit. */
function unfitness({ os, bound, power, status }: Seen): string | undefined {
  if (os === 'windows') return 'the instance runs Windows, which takes no key pairs'
  if (bound !== '') return 'the instance has a key pair, which a probe would take from it'
  return power === 'running' || power === 'stopped' ? undefined : `the instance is ${status}, not running or stopped`
}
