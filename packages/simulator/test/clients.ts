import { EventEmitter, once } from 'node:events'
import { createRequire } from 'node:module'
import { buildRequestConfigFromMetaPath, Client, Command, HttpRequestError } from '@volcengine/sdk-core'
import type vendorSign from '@volcengine/openapi/lib/base/sign.js'
import type { SimulatorClock, VolcengineSimulator } from '../src/index.js'

const { default: Signer }: typeof vendorSign = createRequire(import.meta.url)('@volcengine/openapi/lib/base/sign')

export interface Reply {
  readonly status: number | undefined
  readonly body: unknown
}

export interface Credentials {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly region?: string
}

/** Creates the vendor's own client, which signs and flattens. */
export function vendorClient(
  { host, region, accessKeyId, secretAccessKey }: VolcengineSimulator,
  credentials: Credentials = {},
): (action: string, input?: Readonly<Record<string, unknown>>, signal?: AbortSignal) => Promise<Reply> {
  const client = new Client({
    protocol: 'http',
    host,
    region,
    accessKeyId,
    secretAccessKey,
    autoRetry: false,
    // The client gives up after 30 s, in which a busy machine may make no RSA key.
    httpOptions: { timeout: 300_000 },
    ...credentials,
  })
  return async (action, input = {}, signal) => {
    const command = new Command(input)
    command.requestConfig = buildRequestConfigFromMetaPath(`/${action}/2020-04-01/ecs/get/text_plain/`)
    try {
      const body: unknown = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
      return { status: 200, body }
    } catch (error) {
      if (!(error instanceof HttpRequestError)) throw error
      return { status: error.status, body: error.data }
    }
  }
}

export interface RawOptions extends Credentials {
  readonly method?: string
  readonly service?: string
  readonly date?: Date
  /** Headers to change after signing; an empty text takes one away. */
  readonly headers?: Readonly<Record<string, string>>
  /** Headers to sign besides those of the signer. */
  readonly sign?: Readonly<Record<string, string>>
  readonly path?: string
}

/** Signs a request with the vendor's signer and sends it by fetch, so that each part can be wrong. */
export async function raw(
  simulator: VolcengineSimulator,
  params: Readonly<Record<string, string>>,
  options: RawOptions = {},
): Promise<Response> {
  const { method = 'GET', service = 'ecs', date = new Date(), path = '/' } = options
  const headers: Record<string, string> = { ...options.sign }
  const region = options.region ?? simulator.region
  const signer = new Signer({ region, method, pathname: '/', params: { ...params }, headers }, service)
  const secretKey = options.secretAccessKey ?? simulator.secretAccessKey
  const accessKeyId = options.accessKeyId ?? simulator.accessKeyId
  const { sessionToken } = options
  signer.addAuthorization({ accessKeyId, secretKey, ...(sessionToken === undefined ? {} : { sessionToken }) }, date)
  const sent = new Headers(headers)
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === '') sent.delete(name)
    else sent.set(name, value)
  }
  return fetch(`${simulator.url}${path}?${new URLSearchParams(params).toString()}`, {
    method,
    headers: sent,
    redirect: 'manual',
  })
}

export function action(name: string, params: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { Action: name, Version: '2020-04-01', ...params }
}

/** Returns the value at a path inside a body. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(String(key)) : undefined
  }, body)
}

export function textAt(body: unknown, ...path: readonly (string | number)[]): string {
  const value = at(body, ...path)
  if (typeof value !== 'string') throw new Error(`No text at ${path.join('.')}: ${JSON.stringify(body)}`)
  return value
}

/** Returns the details of a batch as `id: code`, with `ok` for an item without an error. */
export function verdicts(body: unknown): Record<string, string> {
  const details = at(body, 'Result', 'OperationDetails')
  if (!Array.isArray(details)) throw new Error(`No details: ${JSON.stringify(body)}`)
  return Object.fromEntries(
    details.map((detail: unknown) => {
      const id = at(detail, 'InstanceId') ?? at(detail, 'KeyPairName') ?? at(detail, 'ResourceId')
      return [String(id), String(at(detail, 'Error', 'Code') ?? 'ok')]
    }),
  )
}

export interface VirtualClock extends SimulatorClock {
  advance(ms: number): void
  readonly sleeping: number
  /** Resolves when so many sleep. */
  untilSleeping(count: number): Promise<void>
}

/** Creates a clock that moves only when it is told to. */
export function virtualClock(startAt = 1_700_000_000_000): VirtualClock {
  let time = startAt
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  const changes = new EventEmitter()
  return {
    now: () => time,
    get sleeping() {
      return sleepers.size
    },
    untilSleeping: async (count) => {
      while (sleepers.size !== count) await once(changes, 'change')
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: time + ms,
          wake: () => {
            sleepers.delete(sleeper)
            changes.emit('change')
            resolve()
          },
        }
        sleepers.add(sleeper)
        changes.emit('change')
        signal.addEventListener('abort', sleeper.wake)
        if (signal.aborted) sleeper.wake()
      }),
    advance: (ms) => {
      time += ms
      for (const sleeper of sleepers) if (sleeper.until <= time) sleeper.wake()
    },
  }
}
