import { realClock, type SimulatorClock } from '../clock.js'
import { createFaultQueue, type Fault } from '../fault.js'
import { startHttpServer, type Exchange, type HttpAnswer } from '../http-server.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom, type Random } from '../random.js'
import type { RecordedCall } from '../recorded-call.js'
import { actions } from './actions/index.js'
import { envelope, refuseAtGateway, toHttp, type Metadata, type Refusal } from './answer.js'
import { openCall, type OpenCall } from './call-log.js'
import { answerControl, controlPrefix } from './control.js'
import { authenticate, type VolcengineAccount } from './gateway.js'
import { createRegion, type Region } from './region.js'
import { respond } from './respond.js'
import type { ServiceCall } from './service.js'
import { defaultVariants, type VolcengineVariants } from './variants.js'
import { seedInstance, seedKeyPair, takeSnapshot, type World } from './world.js'

/** How a simulator is set up. */
export interface VolcengineSimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined
  /** Default: the time of this machine. */
  readonly clock?: SimulatorClock | undefined
  /** Milliseconds since the epoch, for the check of `X-Date`. Default `Date.now`. */
  readonly wallClock?: (() => number) | undefined
  /** For ids and orders. By default the same numbers in each run. */
  readonly random?: Random | undefined
  /** Default `cn-beijing`. */
  readonly region?: string | undefined
  /** Default: one demo account. */
  readonly accounts?: readonly VolcengineAccount[] | undefined
  readonly variants?: Partial<VolcengineVariants> | undefined
}

/** A running simulator of the key-pair API of Volcengine ECS. */
export interface VolcengineSimulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly region: string
  /** The access key id of the first account. */
  readonly accessKeyId: string
  /** The secret key of the first account. */
  readonly secretAccessKey: string
  readonly variants: VolcengineVariants
  /** Every request that was received, in order. */
  readonly calls: readonly RecordedCall[]
  readonly world: World
  /** Adds a fault to the queue. Where several meet a call, the first one hits it. */
  fault(fault: Fault): void
  clearFaults(): void
  clearCalls(): void
  /** From now on every read shows the world as it was so long ago; at most 10 minutes. */
  setReadLag(ms: number): void
  close(): Promise<void>
}

const demoAccount: VolcengineAccount = { accessKeyId: 'simulator-access-key', secretAccessKey: 'simulator-secret-key' }

const version = '2020-04-01'

/**
 * Starts a simulator of the key-pair API of Volcengine ECS (version 2020-04-01) on 127.0.0.1.
 * Rejects where the port is taken.
 */
export async function startVolcengineSimulator(options: VolcengineSimulatorOptions = {}): Promise<VolcengineSimulator> {
  const { clock = realClock, wallClock = Date.now, random = seededRandom(1), region: home = 'cn-beijing' } = options
  const accounts = options.accounts ?? [demoAccount]
  const variants = { ...defaultVariants, ...options.variants }
  const regions = new Map<string, Region>()
  const faults = createFaultQueue()
  const calls: OpenCall[] = []
  let readLagMs = 0
  let settledAt = -Infinity

  const regionOf = (name: string): Region => {
    const region = regions.get(name) ?? createRegion(name)
    regions.set(name, region)
    return region
  }
  /** Lets everything happen that is due by now. */
  const catchUp = (): number => {
    const now = clock.now()
    for (const region of regions.values()) region.schedule.catchUp(now)
    return now
  }
  const requestId = (): string => {
    const [date = ''] = new Date(wallClock()).toISOString().replace(/[-:T]/g, '').split('.')
    return date + randomText(random, 20, '0123456789ABCDEF')
  }

  /** Lets a request through to an action, or refuses it. */
  const admit = (exchange: Exchange, query: URLSearchParams, now: number): Omit<ServiceCall, 'generated'> | Refusal => {
    const time = { wallMs: wallClock(), clockMs: now }
    const authorization = authenticate({ ...exchange, query }, accounts, time)
    if ('error' in authorization) return authorization
    if (authorization.region !== home && variants.otherRegion === 'refused') {
      const message = 'The region of the signature is not that of the endpoint.'
      return refuseAtGateway(401, 'SignatureDoesNotMatch', message, 100010)
    }
    const name = query.get('Action')
    if (name === null) return refuseAtGateway(400, 'MissingParameter', 'The request lacks Action.', 100002)
    const action = actions.get(name)
    // docs.byteplus.com/en/docs/ecs/Request-structure knows no method but GET; what a POST meets is unverified.
    if (action === undefined || query.get('Version') !== version || exchange.method !== 'GET') {
      const message = `Could not find operation ${name} for version ${version}.`
      return refuseAtGateway(404, 'InvalidActionOrVersion', message, 100008)
    }
    return { action, query, region: regionOf(authorization.region), variants, random }
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    catchUp()
    if (exchange.url.startsWith(controlPrefix)) return exchange.send(answerControl(simulator, exchange))
    const { pathname, searchParams: query } = new URL(exchange.url, 'http://127.0.0.1')
    const record = openCall(exchange.url, query, exchange.headers, clock.now())
    calls.push(record)
    const metadata: Metadata = {
      requestId: requestId(),
      action: record.action,
      version: query.get('Version') ?? '',
      region: home,
    }
    const send = (answer: HttpAnswer): void => {
      record.status = answer.status
      exchange.send(answer)
    }
    if (exchange.url.length > variants.urlLimit) {
      return send({
        status: 414,
        headers: { 'content-type': 'text/html' },
        body: '<html>414 Request-URI Too Large</html>',
      })
    }
    if (pathname !== '/') return send({ status: 404, headers: {}, body: '' })
    const admitted = admit(exchange, query, clock.now())
    if (!('action' in admitted)) {
      record.code = admitted.error.code
      return send(toHttp(admitted, envelope(admitted, metadata)))
    }
    record.mutating = admitted.action.mutating
    const generated = record.action === 'CreateKeyPair' ? await generateRsaKeyPair() : undefined
    const call = { ...admitted, generated }
    const target = {
      action: record.action,
      mutating: record.mutating,
      hasItem: (ids: readonly string[]) => [...query.values()].some((value) => ids.includes(value)),
    }
    const now = catchUp()
    const readAt = Math.max(now - readLagMs, Math.min(settledAt, now))
    await respond(
      { exchange, call, record, clock, now, readAt, metadata: { ...metadata, region: call.region.name } },
      faults.take(target, now),
    )
  }

  const homeRegion = regionOf(home)
  const server = await startHttpServer(options.port ?? 0, handle)
  const host = `127.0.0.1:${server.port}`
  const [account = demoAccount] = accounts
  const simulator: VolcengineSimulator = {
    url: `http://${host}`,
    host,
    region: home,
    accessKeyId: account.accessKeyId,
    secretAccessKey: account.secretAccessKey,
    variants,
    get calls() {
      catchUp()
      return calls
    },
    world: {
      seedInstances: (instances) => {
        const now = catchUp()
        for (const instance of instances) seedInstance(homeRegion, instance, now)
      },
      seedKeyPair: (keyPair) => seedKeyPair(homeRegion, keyPair, { random, variants, now: catchUp() }),
      snapshot: () => takeSnapshot(homeRegion, catchUp()),
      settle: () => {
        settledAt = clock.now()
        for (const region of regions.values()) region.schedule.settle(settledAt)
      },
    },
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    clearCalls: () => {
      calls.length = 0
    },
    setReadLag: (ms) => {
      readLagMs = ms
    },
    close: () => server.close(),
  }
  return simulator
}
