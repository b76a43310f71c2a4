import type { Clock, GeneratedKeyPairMaterial, Random } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import type { Answer } from './answer.js'
import { type Bounds, createCalls } from './calls.js'
import type { Cloud } from './clouds.js'
import type { AccessKey } from './connection.js'
import { createJournal } from './journal.js'
import type { KeyPairs } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import type { Login } from './login.js'
import { createNotes } from './observations.js'
import { recording, type Exchange } from './record.js'

/** The input of a probe. */
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
  /** Called with each step. */
  readonly onProgress: (line: string) => void
}

/** The state that all contexts of one probe share: a connection, key pairs, observations and answers. */
export interface Session {
  /** The beginning of the names of the probe's key pairs. */
  readonly prefix: string
  /** Empty if the cloud has no regions for key pairs. */
  readonly region: string
  readonly exchanges: readonly Exchange[]
  /** The answers so far, by variant. */
  readonly answers: Map<string, Answer<unknown>>
  newLab(signal: AbortSignal, bounds: Bounds): ProbeContext
}

export function openSession(options: ProbeOptions): Session {
  const { cloud, instanceId, clock, random, login, newMaterial } = options
  const mark = randomText(random, 8)
  const prefix = `cloud-keypair-probe-${mark}`
  const secrets = new Set<string>()
  const madeUp = new Set<string>()
  const recorder = recording(options.transport, clock, {
    mark,
    isOwnInstance: (id) => id === instanceId || madeUp.has(id),
    secrets: () => [...secrets],
  })
  const { send, region } = cloud.connect({
    ...options,
    transport: recorder.transport,
    onSecrets: (values) => values.forEach((value) => value !== undefined && secrets.add(value)),
  })
  const keyPairs: KeyPairs = new Map()
  const answers = new Map<string, Answer<unknown>>()
  const [journal, notes] = [createJournal(prefix), createNotes()]
  const shared = { vendorApi: cloud.vendorApi(region), instanceId, journal, keyPairs, notes, login, clock, newMaterial }
  let tokens = 0
  return {
    prefix,
    region,
    exchanges: recorder.exchanges,
    answers,
    newLab: (signal, bounds) => ({
      ...shared,
      ...createCalls({ send, urlLength: recorder.urlLength, clock, signal, journal, bounds, notes }),
      signal,
      newToken: () => `${prefix}-${(tokens += 1)}`,
      madeUpInstanceId: () => {
        const id = `i-${randomText(random, 20)}`
        madeUp.add(id)
        return id
      },
      known: (variant) => answers.get(variant),
    }),
  }
}

function randomText(random: Random, length: number): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  return Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('')
}
