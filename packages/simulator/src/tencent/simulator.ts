import { createBench } from '../bench.js'
import { openCall } from '../call-log.js'
import type { Circumstances, Outcome } from '../circumstances.js'
import { realClock } from '../clock.js'
import { headerText } from '../header-text.js'
import type { Exchange } from '../http-server.js'
import { generateRsaKeyPair } from '../public-key.js'
import { randomText, seededRandom } from '../random.js'
import type { SimulatorOptions } from '../options.js'
import { type AdmittedCall, respond } from '../respond.js'
import { plant } from '../seed.js'
import { serve, type RunningSimulator } from '../serve.js'
import { createVersioned } from '../versioned.js'
import type { Action } from './action.js'
import { actions } from './actions/index.js'
import { accept, type Answer, damaged, missing, type Refusal, refuse, toHttp } from './answer.js'
import { authenticate, type TencentAccount } from './gateway.js'
import { readParameters, recordedParameters } from './parameters.js'
import { readTencentSeed } from './read-settings.js'
import { createRegion, type KeyPairRecord, type KeyPairStore, type Region } from './region.js'
import { defaultTencentVariants, type TencentVariants } from './variants.js'
import { createWorld, type TencentWorld } from './world.js'

/** The options of a simulator. */
export interface TencentSimulatorOptions extends SimulatorOptions<TencentAccount, TencentVariants> {
  /** Default `ap-guangzhou`. */
  readonly region?: string | undefined
  /** The projects besides 0, which is the default one. Default: none. */
  readonly projects?: readonly number[] | undefined
}

/** A running simulator of the key-pair API of Tencent Cloud CVM. */
export interface TencentSimulator extends RunningSimulator<TencentWorld, TencentVariants> {
  readonly region: string
  /** The secret id of the first account. */
  readonly secretId: string
  /** The secret key of the first account. */
  readonly secretKey: string
}

const demoAccount: TencentAccount = { secretId: 'simulator-secret-id', secretKey: 'simulator-secret-key' }

/**
 * Starts a simulator of the key-pair API of Tencent Cloud CVM (version 2017-03-12) on 127.0.0.1. Rejects if the port is
 * taken.
 */
export async function startTencentSimulator(options: TencentSimulatorOptions = {}): Promise<TencentSimulator> {
  const { generateKeyPair = generateRsaKeyPair, accounts = [demoAccount] } = options
  const { clock = realClock, wallClock = Date.now, random = seededRandom(1), region: home = 'ap-guangzhou' } = options
  const variants = { ...defaultTencentVariants, ...options.variants }
  const projects = new Set([0, ...(options.projects ?? [])])
  const ofAccount: KeyPairStore = createVersioned()
  const regions = new Map<string, Region>()
  const bench = createBench(clock, () => Array.from(regions.values(), ({ schedule }) => schedule))

  const regionOf = (name: string): Region => {
    const keyPairs = variants.keyPairsOf === 'account' ? ofAccount : createVersioned<KeyPairRecord>()
    const region = regions.get(name) ?? createRegion(name, keyPairs)
    regions.set(name, region)
    return region
  }

  /** Lets a request through to an action, or refuses it. */
  const admit = (exchange: Exchange, name: string): Action | Refusal => {
    const refusal = authenticate(exchange, accounts, wallClock())
    if (refusal !== undefined) return refusal
    if (exchange.method !== 'POST' || exchange.url !== '/') return refuse('InvalidRequest', 'Send POST /.')
    if (headerText(exchange.headers, 'x-tc-version') !== '2017-03-12') {
      return refuse('NoSuchVersion', 'The version does not exist.')
    }
    if (headerText(exchange.headers, 'x-tc-region') === '') return missing('X-TC-Region')
    return actions.get(name) ?? refuse('InvalidAction', `The action \`${name}\` does not exist.`)
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    const name = headerText(exchange.headers, 'x-tc-action')
    const query = recordedParameters(exchange.body)
    const record = openCall({
      action: name,
      query,
      token: undefined,
      rawUrl: exchange.url,
      headers: exchange.headers,
      atMs: clock.now(),
    })
    bench.calls.push(record)
    const requestId = [8, 4, 4, 4, 12].map((length) => randomText(random, length, '0123456789abcdef')).join('-')
    const action = admit(exchange, name)
    if ('error' in action) {
      const answer = toHttp(action, requestId)
      record.status = answer.status
      record.code = action.error.code
      return exchange.send(answer)
    }
    record.mutating = action.mutating
    const generated = name === 'CreateKeyPair' ? await generateKeyPair() : undefined
    const now = bench.catchUp()
    const parameters = readParameters(exchange.body, action.parameters)
    const region = regionOf(headerText(exchange.headers, 'x-tc-region'))

    const carryOut = (at: Circumstances): Outcome<Answer> => {
      const context = {
        region,
        regions: [...regions.values()],
        projects,
        variants,
        random,
        requestId,
        generated,
        ...at,
      }
      const answer = 'error' in parameters ? parameters : action.perform({ ...context, parameters })
      return { answer, committed: 'result' in answer && action.mutating }
    }
    const call: AdmittedCall<Answer> = {
      carryOut,
      carryOutAt: (at, done) => {
        region.schedule.add(at, (late) => done(carryOut({ now: late, readAt: late, itemErrors: new Map() }).committed))
      },
      throttled: ({ status, code = 'RequestLimitExceeded', retryAfterMs }) => ({
        ...refuse(code, 'The number of requests exceeds the limit.'),
        status,
        retryAfterMs,
      }),
      refused: ({ status, code, message = 'Refused by a fault.' }) => ({ ...refuse(code, message), status }),
      codeOf: (answer) => ('error' in answer ? answer.error.code : undefined),
      toHttp: (answer) => toHttp(answer, requestId),
      damaged: (damage, answer = accept()) => damaged(damage, answer, requestId),
    }
    const texts = Object.values(query)
    const hasItem = (ids: readonly string[]): boolean =>
      texts.some((text) => ids.some((id) => text.includes(`"${id}"`)))
    const fault = bench.faults.take({ action: name, mutating: action.mutating, hasItem }, now)
    await respond({ call, exchange, record, clock, now, readAt: bench.readAt(now) }, fault)
  }

  const world = createWorld(regionOf(home), { bench, random })
  const served = await serve(bench, {
    port: options.port ?? 0,
    variants,
    world,
    plantJson: (seed) => plant(world, readTencentSeed(seed, 'seed')),
    handle,
  })
  const [{ secretId, secretKey } = demoAccount] = accounts
  return Object.assign(served, { region: home, secretId, secretKey })
}
