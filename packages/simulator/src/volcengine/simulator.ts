import { createBench } from '../bench.js'
import { openCall } from '../call-log.js'
import { realClock } from '../clock.js'
import type { Exchange, HttpAnswer } from '../http-server.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom } from '../random.js'
import type { SimulatorOptions } from '../options.js'
import { respond } from '../respond.js'
import { plant } from '../seed.js'
import { serve, type RunningSimulator } from '../serve.js'
import { actions } from './actions/index.js'
import { envelope, refuseAtGateway, toHttp, type Metadata, type Refusal } from './answer.js'
import { authenticate, type VolcengineAccount } from './gateway.js'
import { readSeed } from './read-settings.js'
import { createRegion, type Region } from './region.js'
import { admittedCall } from './admitted-call.js'
import type { ServiceCall } from './service.js'
import { defaultVariants, type VolcengineVariants } from './variants.js'
import { seedInstance, seedKeyPair, takeSnapshot, type World } from './world.js'

/** The options of a simulator. */
export interface VolcengineSimulatorOptions extends SimulatorOptions<VolcengineAccount, VolcengineVariants> {
  /** Default `cn-beijing`. */
  readonly region?: string | undefined
}

/** A running simulator of the key-pair API of Volcengine ECS. */
export interface VolcengineSimulator extends RunningSimulator<World, VolcengineVariants> {
  readonly region: string
  /** The access key id of the first account. */
  readonly accessKeyId: string
  /** The secret key of the first account. */
  readonly secretAccessKey: string
}

const demoAccount: VolcengineAccount = { accessKeyId: 'simulator-access-key', secretAccessKey: 'simulator-secret-key' }

const version = '2020-04-01'

/**
 * Starts a simulator of the key-pair API of Volcengine ECS (version 2020-04-01) on 127.0.0.1.
 * Rejects if the port is taken.
 */
export async function startVolcengineSimulator(options: VolcengineSimulatorOptions = {}): Promise<VolcengineSimulator> {
  const { generateKeyPair = generateRsaKeyPair } = options
  const { clock = realClock, wallClock = Date.now, random = seededRandom(1), region: home = 'cn-beijing' } = options
  const accounts = options.accounts ?? [demoAccount]
  const variants = { ...defaultVariants, ...options.variants }
  const regions = new Map<string, Region>()
  const bench = createBench(clock, () => Array.from(regions.values(), ({ schedule }) => schedule))

  const regionOf = (name: string): Region => {
    const region = regions.get(name) ?? createRegion(name)
    regions.set(name, region)
    return region
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
    const { pathname, searchParams: query } = new URL(exchange.url, 'http://127.0.0.1')
    const record = openCall({
      action: query.get('Action') ?? '',
      query: Object.fromEntries(query),
      token: query.get('ClientToken') ?? undefined,
      rawUrl: exchange.url,
      headers: exchange.headers,
      atMs: clock.now(),
    })
    bench.calls.push(record)
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
    const generated = record.action === 'CreateKeyPair' ? await generateKeyPair() : undefined
    const now = bench.catchUp()
    const call = admittedCall({ ...admitted, generated }, { ...metadata, region: admitted.region.name }, now)
    const target = {
      action: record.action,
      mutating: record.mutating,
      hasItem: (ids: readonly string[]) => [...query.values()].some((value) => ids.includes(value)),
    }
    const fault = bench.faults.take(target, now)
    await respond({ call, exchange, record, clock, now, readAt: bench.readAt(now) }, fault)
  }

  const homeRegion = regionOf(home)
  const world: World = {
    seedInstances: (instances) => {
      const now = bench.catchUp()
      for (const instance of instances) seedInstance(homeRegion, instance, now)
    },
    seedKeyPair: (keyPair) => seedKeyPair(homeRegion, keyPair, { random, variants, now: bench.catchUp() }),
    snapshot: () => takeSnapshot(homeRegion, bench.catchUp()),
    settle: () => bench.settle(),
  }
  const served = await serve(bench, {
    port: options.port ?? 0,
    variants,
    world,
    plantJson: (seed) => plant(world, readSeed(seed, 'seed')),
    handle,
  })
  const [{ accessKeyId, secretAccessKey } = demoAccount] = accounts
  return Object.assign(served, { region: home, accessKeyId, secretAccessKey })
}
