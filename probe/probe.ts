import type { Clock, GeneratedKeyPairMaterial, Random } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { notAsked, type Answer } from './answer.js'
import { ask } from './ask.js'
import { cleanUp, type Left } from './clean-up.js'
import type { Cloud } from './clouds.js'
import type { AccessKey } from './connection.js'
import type { Seen } from './dialect.js'
import { readInstance } from './instance.js'
import { createJournal } from './journal.js'
import type { KeyPairs } from './key-pairs.js'
import { type Bounds, createCalls } from './calls.js'
import type { Lab } from './lab.js'
import type { Login } from './login.js'
import { createNotes } from './notes.js'
import { recording, type Exchange } from './record.js'
import { run } from './script.js'

/** What a probe is told. */
export interface ProbeOptions {
  readonly cloud: Cloud
  /** The throw-away instance. */
  readonly instanceId: string
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly accessKey?: AccessKey | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly transport: HttpTransport
  readonly login: Login | undefined
  readonly clock: Clock
  readonly random: Random
  readonly newMaterial: () => Promise<GeneratedKeyPairMaterial>
  /** Aborted, it asks no more and cleans up. */
  readonly signal: AbortSignal
  /** Aborted, it gives up cleaning up. */
  readonly abandon: AbortSignal
  /** Told of each step. */
  readonly onProgress: (line: string) => void
}

/** One variant. */
export interface Row {
  readonly variant: string
  readonly assumed: unknown
  readonly answer: Answer<unknown>
}

/** What came of a probe. */
export type ProbeOutcome =
  /** The instance is none for a probe, and nothing was changed. */
  | { readonly kind: 'refused'; readonly why: string; readonly exchanges: readonly Exchange[] }
  | {
      readonly kind: 'probed'
      /** Empty where the cloud has none for key pairs. */
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
  const { cloud, instanceId, clock, random, login, newMaterial, onProgress } = options
  const mark = randomText(random, 8)
  const prefix = `cloud-keypair-probe-${mark}`
  const secrets = new Set<string>()
  const madeUp = new Set<string>()
  const recorder = recording(options.transport, clock, {
    mark,
    isOwnInstance: (id) => id === instanceId || madeUp.has(id),
    secrets: () => [...secrets],
  })
  const connection = cloud.connect({
    ...options,
    transport: recorder.transport,
    onSecrets: (values) => values.forEach((value) => value !== undefined && secrets.add(value)),
  })
  const journal = createJournal(prefix)
  const keyPairs: KeyPairs = new Map()
  const notes = createNotes()
  const answers = new Map<string, Answer<unknown>>()
  let tokens = 0
  const newLab = (signal: AbortSignal, bounds: Bounds): Lab => {
    const parts = { send: connection.send, urlLength: recorder.urlLength, clock, signal, journal, bounds, notes }
    return {
      ...createCalls(parts),
      dialect: cloud.dialect(connection.region),
      instanceId,
      journal,
      keyPairs,
      notes,
      login,
      clock,
      signal,
      newMaterial,
      newToken: () => `${prefix}-${(tokens += 1)}`,
      madeUpInstanceId: () => {
        const id = `i-${randomText(random, 20)}`
        madeUp.add(id)
        return id
      },
      known: (variant) => answers.get(variant),
    }
  }

  const startedAt = clock.now()
  const before = await run(readInstance(newLab(options.signal, questionBounds)))
  const unfit = before.isErr() ? before.error.why : unfitness(before.value)
  if (before.isErr() || unfit !== undefined) {
    return { kind: 'refused', why: unfit ?? '', exchanges: recorder.exchanges }
  }
  onProgress(`key pairs are named ${prefix}-…`)
  for (const [variant, question] of Object.entries(cloud.questions)) {
    const { aborted } = options.signal
    const answer = aborted
      ? notAsked('it was interrupted')
      : await ask(question, () => newLab(options.signal, questionBounds))
    answers.set(variant, answer)
    if (!aborted) onProgress(`${variant}: ${answer.kind === 'not-asked' ? `not asked, ${answer.why}` : 'asked'}`)
  }
  onProgress('cleaning up')
  const left = await cleanUp(() => newLab(options.abandon, cleanUpBounds), before.value)
  return {
    kind: 'probed',
    region: connection.region,
    rows: [...answers].map(([variant, answer]) => ({ variant, assumed: cloud.assumed[variant], answer })),
    left,
    interrupted: options.signal.aborted,
    exchanges: recorder.exchanges,
    minutes: (clock.now() - startedAt) / 60_000,
  }
}

/** Why an instance is none for a probe; undefined where it is one. */
function unfitness({ os, bound, power, status }: Seen): string | undefined {
  if (os === 'windows') return 'the instance runs Windows, which takes no key pairs'
  if (bound !== '') return 'the instance has a key pair, which a probe would take from it'
  return power === 'running' || power === 'stopped' ? undefined : `the instance is ${status}, not running or stopped`
}

function randomText(random: Random, length: number): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  return Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('')
}
